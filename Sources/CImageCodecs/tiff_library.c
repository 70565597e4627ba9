#define CODEC_TIFF_OWN_NAMES
#include "tiff_library.h"

#include <pthread.h>

TIFFLibrary codec_tiff;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int is_loaded;

static void load(void) {
  static const char *const names[] = {TIFF_FUNCTIONS(LAZY_NAME)};
  is_loaded = codec_load_library("libtiff.so.6", names, sizeof names / sizeof *names, (void **)&codec_tiff);
}

int codec_tiff_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}
