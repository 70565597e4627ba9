#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "internal.h"

// Everything that one encode needs; see PNGDecoding for where it lives.
typedef struct {
  png_structp png;
  png_infop info;
  jmp_buf leave;
  CodecResult result;
  CodecBytes encoded;
  size_t capacity;
} PNGEncoding;

static void leave(PNGEncoding *encoding, CodecStatus status, const char *message) {
  encoding->result = codec_result(status, message);
  longjmp(encoding->leave, 1);
}

static void on_error(png_structp png, png_const_charp message) {
  leave(png_get_error_ptr(png), CodecStatusUnsupported, message);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  PNGEncoding *encoding = png_get_io_ptr(png);
  if (!codec_bytes_reserve(&encoding->encoded, &encoding->capacity, encoding->encoded.count + count))
    leave(encoding, CodecStatusOutOfMemory, "no memory for the encoded image");
  memcpy(encoding->encoded.bytes + encoding->encoded.count, source, count);
  encoding->encoded.count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void encode(PNGEncoding *encoding, const uint8_t *rgb, int32_t width, int32_t height) {
  if (setjmp(encoding->leave)) return;
  encoding->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoding, on_error, on_warning);
  if (encoding->png) encoding->info = png_create_info_struct(encoding->png);
  if (!encoding->info) leave(encoding, CodecStatusOutOfMemory, "libpng could not start");
  png_set_write_fn(encoding->png, encoding, write_bytes, flush_nothing);
  png_set_user_limits(encoding->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      encoding->png, encoding->info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
      PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(encoding->png, encoding->info);
  for (int32_t y = 0; y < height; y++) png_write_row(encoding->png, rgb + 3 * (size_t)width * (size_t)y);
  png_write_end(encoding->png, encoding->info);
}

CodecResult codec_png_encode(const uint8_t *rgb, int32_t width, int32_t height, CodecBytes *encoded) {
  PNGEncoding encoding;
  memset(&encoding, 0, sizeof encoding);
  encode(&encoding, rgb, width, height);
  if (encoding.png) png_destroy_write_struct(&encoding.png, &encoding.info);
  if (encoding.result.status != CodecStatusDone) codec_bytes_free(&encoding.encoded);
  *encoded = encoding.encoded;
  return encoding.result;
}
