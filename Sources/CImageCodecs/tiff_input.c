#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiff.h"

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t wanted) {
  TIFFInput *input = handle;
  if (wanted <= 0 || input->position >= input->count) return 0;
  uint64_t left = input->count - input->position;
  size_t count = (uint64_t)wanted < left ? (size_t)wanted : (size_t)left, done = 0;
  if (input->bytes) {
    memcpy(target, input->bytes + input->position, count);
    done = count;
  }
  while (done < count) {
    ssize_t read = pread(input->descriptor, (char *)target + done, count - done, (off_t)(input->position + done));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) break;
    done += (size_t)read;
  }
  input->position += done;
  return (tmsize_t)done;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle, (void)bytes, (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  TIFFInput *input = handle;
  uint64_t base = whence == SEEK_CUR ? input->position : whence == SEEK_END ? input->count : 0;
  if (offset > INT64_MAX - base) return (toff_t)-1;
  input->position = base + offset;
  return input->position;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_of(thandle_t handle) { return ((TIFFInput *)handle)->count; }

static int map(thandle_t handle, void **base, toff_t *size) {
  TIFFInput *input = handle;
  if (!input->bytes) return 0;
  *base = (void *)(uintptr_t)input->bytes;
  *size = input->count;
  return 1;
}

static void unmap_nothing(thandle_t handle, void *base, toff_t size) { (void)handle, (void)base, (void)size; }

static int holds_any(const char *message, const char *const *words) {
  for (; *words; words++)
    if (strstr(message, *words)) return 1;
  return 0;
}

static void note(TIFFInput *input, CodecStatus status, const char *message) {
  // What follows the first finding follows from it.
  if (input->result.status == CodecStatusDone) input->result = codec_result(status, message);
}

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  static const char *const lacking[] = {
      "Read error", "read error", "Seek error", "Cannot read", "Can not read", "IO error during reading", "Premature end",
      "got ", NULL};
  static const char *const memory[] = {"Out of memory", "No space for", "out of memory", NULL};
  static const char *const absent[] = {"is not configured", "not implemented", "compression support", NULL};
  char message[200];
  vsnprintf(message, sizeof message, format, arguments);
  CodecStatus status = CodecStatusCorrupt;
  if (holds_any(message, lacking)) status = CodecStatusTruncated;
  if (holds_any(message, memory)) status = CodecStatusOutOfMemory;
  if (holds_any(message, absent)) status = CodecStatusUnsupported;
  note(context, status, message);
  // No other handler, which would print.
  return 1;
}

// libtiff only warns where a tag cannot be read, and makes a grey image of one without its palette; some of its decoders
// only warn of pixels that are missing or damaged.
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  static const char *const harmless[] = {"extraneous bytes before marker", "JFIF", "Inconsistent progression", NULL};
  static const char *const lacking[] = {"IO error during reading", NULL};
  static const char *const damaging[] = {
      "\"ColorMap\"", "Premature EOF", "Uncompressed data (not supported)", "Bad code word", NULL};
  char message[200];
  vsnprintf(message, sizeof message, format, arguments);
  int of_jpeg = module && (strstr(module, "JPEGLib") || strstr(module, "LibJpeg"));
  if (holds_any(message, lacking) || (of_jpeg && strstr(message, "Premature end of JPEG file")))
    note(context, CodecStatusTruncated, message);
  else if ((of_jpeg && !holds_any(message, harmless)) || holds_any(message, damaging))
    note(context, CodecStatusCorrupt, message);
  return 1;
}

TIFF *codec_tiff_open(TIFFInput *input) {
  input->result = codec_result(CodecStatusDone, NULL);
  if (!input->bytes) {
    struct stat status;
    if (fstat(input->descriptor, &status) != 0) {
      input->result = codec_result(CodecStatusCorrupt, "the size of the file cannot be told");
      return NULL;
    }
    input->count = (uint64_t)status.st_size;
  }
  if (!codec_tiff_load()) {
    input->result = codec_result(CodecStatusUnsupported, "a TIFF, without libtiff.so.6 on this machine");
    return NULL;
  }
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) {
    input->result = codec_result(CodecStatusOutOfMemory, NULL);
    return NULL;
  }
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, ((tmsize_t)1 << 30) - 1);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, input);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, input);
  TIFF *tiff = TIFFClientOpenExt(
      "image", "r", input, read_bytes, write_nothing, seek, close_nothing, size_of, map, unmap_nothing, options);
  TIFFOpenOptionsFree(options);
  if (!tiff) note(input, CodecStatusCorrupt, "libtiff cannot read the first page");
  return tiff;
}
