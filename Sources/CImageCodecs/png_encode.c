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

// Without a palette the samples are RGB, else places in it.
static void encode(
    PNGEncoding *encoding, const uint8_t *samples, int32_t width, int32_t height, const uint8_t *palette) {
  if (setjmp(encoding->leave)) return;
  encoding->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoding, on_error, on_warning);
  if (encoding->png) encoding->info = png_create_info_struct(encoding->png);
  if (!encoding->info) leave(encoding, CodecStatusOutOfMemory, "libpng could not start");
  png_set_write_fn(encoding->png, encoding, write_bytes, flush_nothing);
  png_set_user_limits(encoding->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      encoding->png, encoding->info, (png_uint_32)width, (png_uint_32)height, 8,
      palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  if (palette) {
    png_color colors[256];
    for (int index = 0; index < 256; index++)
      colors[index] = (png_color){palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]};
    png_set_PLTE(encoding->png, encoding->info, colors, 256);
  }
  png_write_info(encoding->png, encoding->info);
  size_t row_bytes = (palette ? 1 : 3) * (size_t)width;
  for (int32_t y = 0; y < height; y++)
    png_write_row(encoding->png, samples + row_bytes * (size_t)y);
  png_write_end(encoding->png, encoding->info);
}

static CodecResult encode_samples(
    const uint8_t *samples, int32_t width, int32_t height, const uint8_t *palette, CodecBytes *encoded) {
  PNGEncoding encoding;
  memset(&encoding, 0, sizeof encoding);
  encode(&encoding, samples, width, height, palette);
  if (encoding.png) png_destroy_write_struct(&encoding.png, &encoding.info);
  if (encoding.result.status != CodecStatusDone) codec_bytes_free(&encoding.encoded);
  *encoded = encoding.encoded;
  return encoding.result;
}

CodecResult codec_png_encode(const uint8_t *rgb, int32_t width, int32_t height, CodecBytes *encoded) {
  return encode_samples(rgb, width, height, NULL, encoded);
}

CodecResult codec_png_encode_labels(
    const uint8_t *labels, int32_t width, int32_t height, const uint8_t *palette, CodecBytes *encoded) {
  return encode_samples(labels, width, height, palette, encoded);
}
