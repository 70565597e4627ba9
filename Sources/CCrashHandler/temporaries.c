#define _GNU_SOURCE
#include "CCrashHandler.h"
#include "internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// More than threads that write at once.
enum { entry_count = 64 };
enum { entry_free, entry_changing, entry_valid };

static struct {
  atomic_int state;
  char path[PATH_MAX];
} entries[entry_count];

int pch_register_temporary(const char *path) {
  size_t length = strlen(path);
  if (length >= PATH_MAX) return -1;
  for (int number = 0; number < entry_count; number++) {
    int state = entry_free;
    if (!atomic_compare_exchange_strong(&entries[number].state, &state, entry_changing)) continue;
    memcpy(entries[number].path, path, length + 1);
    atomic_store(&entries[number].state, entry_valid);
    return number;
  }
  return -1;
}

void pch_forget_temporary(int number) {
  if (number >= 0) atomic_store(&entries[number].state, entry_free);
}

// What the system call fills in; readdir would allocate memory.
typedef struct {
  uint64_t number;
  int64_t next;
  uint16_t length;
  unsigned char kind;
  char name[];
} directory_entry;

static void remove_contents(int folder, int depth);

static void remove_entry(int folder, const char *name, int depth) {
  if (unlinkat(folder, name, 0) == 0) return;
  int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (inner < 0) return;
  remove_contents(inner, depth + 1);
  close(inner);
  unlinkat(folder, name, AT_REMOVEDIR);
}

static void remove_contents(int folder, int depth) {
  // The folders of a set are not deeper, and a handler's stack is small.
  if (depth > 8) return;
  _Alignas(directory_entry) char buffer[2048];
  for (;;) {
    long count = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (count <= 0) return;
    for (long offset = 0; offset < count;) {
      const directory_entry *entry = (const directory_entry *)(buffer + offset);
      offset += entry->length;
      if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) remove_entry(folder, entry->name, depth);
    }
  }
}

void pch_remove_temporaries(void) {
  for (int number = 0; number < entry_count; number++)
    if (atomic_load(&entries[number].state) == entry_valid) remove_entry(AT_FDCWD, entries[number].path, 0);
}
