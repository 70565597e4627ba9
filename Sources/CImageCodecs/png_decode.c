#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "internal.h"

// Everything that one decode needs. It lives in the frame of the caller of the function that calls setjmp, so that
// its values are defined after a longjmp.
typedef struct {
  png_structp png;
  png_infop info;
  jmp_buf leave;
  CodecResult result;
  const uint8_t *next;
  size_t left;
  uint8_t *samples;
  png_bytepp rows;
} PNGDecoding;

static void leave(PNGDecoding *decoding, CodecStatus status, const char *message) {
  decoding->result = codec_result(status, message);
  longjmp(decoding->leave, 1);
}

static void on_error(png_structp png, png_const_charp message) {
  leave(png_get_error_ptr(png), CodecStatusCorrupt, message);
}

// libpng only warns where the checksum of the compressed pixels is wrong.
static void on_warning(png_structp png, png_const_charp message) {
  if (strstr(message, "incorrect data check")) leave(png_get_error_ptr(png), CodecStatusCorrupt, message);
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  PNGDecoding *decoding = png_get_io_ptr(png);
  if (count > decoding->left) leave(decoding, CodecStatusTruncated, "the data end before the image does");
  memcpy(target, decoding->next, count);
  decoding->next += count;
  decoding->left -= count;
}

// Reads all that stands before the pixels.
static void start(PNGDecoding *decoding) {
  // Chunks that do not change the pixels. Skipping them also skips their decompression.
  static const uint8_t skipped[] =
      "iCCP\0zTXt\0tEXt\0iTXt\0sPLT\0hIST\0pCAL\0sCAL\0tIME\0gAMA\0cHRM\0sRGB\0bKGD\0pHYs\0oFFs";
  decoding->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoding, on_error, on_warning);
  if (decoding->png) decoding->info = png_create_info_struct(decoding->png);
  if (!decoding->info) leave(decoding, CodecStatusOutOfMemory, "libpng could not start");
  png_set_read_fn(decoding->png, decoding, read_bytes);
  // The caller limits the number of pixels, which is what memory depends on.
  png_set_user_limits(decoding->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_crc_action(decoding->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_keep_unknown_chunks(decoding->png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)(sizeof skipped / 5));
  png_read_info(decoding->png, decoding->info);
}

static CodecResult finish(PNGDecoding *decoding) {
  if (decoding->png) png_destroy_read_struct(&decoding->png, &decoding->info, NULL);
  free(decoding->samples);
  free(decoding->rows);
  return decoding->result;
}

static void read_header(PNGDecoding *decoding, CodecHeader *header) {
  if (setjmp(decoding->leave)) return;
  start(decoding);
  header->width = (int32_t)png_get_image_width(decoding->png, decoding->info);
  header->height = (int32_t)png_get_image_height(decoding->png, decoding->info);
  header->orientation = 1;
  header->is_grey = (png_get_color_type(decoding->png, decoding->info) & PNG_COLOR_MASK_COLOR) == 0;
#ifdef PNG_eXIf_SUPPORTED
  png_uint_32 count = 0;
  png_bytep exif = NULL;
  if (png_get_eXIf_1(decoding->png, decoding->info, &count, &exif) && exif)
    header->orientation = codec_exif_orientation(exif, count);
#endif
}

CodecResult codec_png_read_header(const uint8_t *bytes, size_t count, CodecHeader *header) {
  PNGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.next = bytes;
  decoding.left = count;
  read_header(&decoding, header);
  return finish(&decoding);
}

static void composite(const uint8_t *rgba, const uint8_t *background, uint8_t *rgb, size_t count) {
  for (size_t index = 0; index < count; index++, rgba += 4, rgb += 3) {
    unsigned alpha = rgba[3];
    for (int channel = 0; channel < 3; channel++)
      rgb[channel] = (uint8_t)((rgba[channel] * alpha + background[channel] * (255 - alpha) + 127) / 255);
  }
}

static void decode(PNGDecoding *decoding, const uint8_t *background, uint8_t *rgb, int32_t width, int32_t height) {
  if (setjmp(decoding->leave)) return;
  start(decoding);
  png_structp png = decoding->png;
  png_infop info = decoding->info;
  if (png_get_image_width(png, info) != (png_uint_32)width || png_get_image_height(png, info) != (png_uint_32)height)
    leave(decoding, CodecStatusCorrupt, "the header contradicts itself");
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  int interlaced = png_set_interlace_handling(png) > 1;
  png_read_update_info(png, info);
  size_t pixels = (size_t)width, lines = (size_t)height;
  int alpha = png_get_channels(png, info) == 4;
  if (png_get_rowbytes(png, info) != pixels * (alpha ? 4 : 3))
    leave(decoding, CodecStatusUnsupported, "an unexpected pixel layout");

  if (alpha) decoding->samples = malloc(interlaced ? 4 * pixels * lines : 4 * pixels);
  if (interlaced) decoding->rows = malloc(lines * sizeof *decoding->rows);
  if ((alpha && !decoding->samples) || (interlaced && !decoding->rows))
    leave(decoding, CodecStatusOutOfMemory, "no memory for the pixels");
  if (interlaced) {
    for (size_t y = 0; y < lines; y++)
      decoding->rows[y] = alpha ? decoding->samples + 4 * pixels * y : rgb + 3 * pixels * y;
    png_read_image(png, decoding->rows);
    if (alpha) composite(decoding->samples, background, rgb, pixels * lines);
  } else {
    for (size_t y = 0; y < lines; y++) {
      uint8_t *target = rgb + 3 * pixels * y;
      png_read_row(png, alpha ? decoding->samples : target, NULL);
      if (alpha) composite(decoding->samples, background, target, pixels);
    }
  }
  // Checks what follows the pixels, up to the end chunk.
  png_read_end(png, NULL);
}

CodecResult codec_png_decode(
    const uint8_t *bytes, size_t count, const uint8_t *background, uint8_t *rgb, int32_t width, int32_t height) {
  PNGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.next = bytes;
  decoding.left = count;
  decode(&decoding, background, rgb, width, height);
  return finish(&decoding);
}
