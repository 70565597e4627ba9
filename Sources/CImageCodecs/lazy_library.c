#include "lazy_library.h"

#include <dlfcn.h>
#include <stddef.h>

int codec_load_library(const char *soname, const char *const names[], int count, void *table[]) {
  void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  for (int index = 0; index < count; index++) {
    table[index] = dlsym(library, names[index]);
    if (!table[index]) return 0;
  }
  return 1;
}
