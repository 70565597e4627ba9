#include <stdlib.h>
#include <string.h>

#include "internal.h"

int codec_has_memory(size_t byte_count) {
  // Volatile, since a compiler may leave out memory that nobody uses.
  void *volatile memory = malloc(byte_count);
  int granted = memory != NULL;
  free(memory);
  return granted;
}

int codec_bytes_reserve(CodecBytes *bytes, size_t *capacity, size_t needed) {
  if (needed <= *capacity) return 1;
  size_t larger = *capacity < 65536 ? 65536 : *capacity;
  while (larger < needed) larger *= 2;
  uint8_t *moved = realloc(bytes->bytes, larger);
  if (!moved) return 0;
  bytes->bytes = moved;
  *capacity = larger;
  return 1;
}

void codec_bytes_free(CodecBytes *bytes) {
  free(bytes->bytes);
  bytes->bytes = NULL;
  bytes->count = 0;
}

CodecResult codec_result(CodecStatus status, const char *message) {
  CodecResult result;
  memset(&result, 0, sizeof result);
  result.status = status;
  if (message) strncpy(result.message, message, sizeof result.message - 1);
  return result;
}
