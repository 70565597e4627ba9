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
  CodecCanvas canvas;
} PNGDecoding;

static void leave(PNGDecoding *decoding, CodecStatus status, const char *message) {
  decoding->result = codec_result(status, message);
  longjmp(decoding->leave, 1);
}

static void on_error(png_structp png, png_const_charp message) {
  leave(png_get_error_ptr(png), CodecStatusCorrupt, message);
}

// libpng only warns where the checksum of the compressed pixels is wrong, and where a chunk is longer than allowed, for
// which it goes on to take memory.
static void on_warning(png_structp png, png_const_charp message) {
  if (strstr(message, "incorrect data check") || strstr(message, "chunk data is too large"))
    leave(png_get_error_ptr(png), CodecStatusCorrupt, message);
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
  // A chunk states its length before its data: no few bytes are to claim a gigabyte for one that is kept whole.
  png_set_chunk_malloc_max(decoding->png, (png_alloc_size_t)64 << 20);
  png_set_crc_action(decoding->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_keep_unknown_chunks(decoding->png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)(sizeof skipped / 5));
  png_read_info(decoding->png, decoding->info);
}

static CodecResult finish(PNGDecoding *decoding) {
  if (decoding->png) png_destroy_read_struct(&decoding->png, &decoding->info, NULL);
  codec_canvas_close(&decoding->canvas);
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

// Deflate packs at most 1032 bytes into one: fewer bytes than that are no whole image, whatever they hold.
static void check_length(PNGDecoding *decoding, size_t count) {
  png_structp png = decoding->png;
  size_t unpacked = png_get_rowbytes(png, decoding->info) * (size_t)png_get_image_height(png, decoding->info);
  if (unpacked / 1032 > count) leave(decoding, CodecStatusTruncated, "the data end before the image does");
}

static size_t big_endian(const uint8_t *bytes) {
  return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

// Deflate makes data hardly longer than they were. What is much longer than the pixels holds more behind them, which libpng
// would unpack to the end: minutes for a small file.
static void check_surplus(PNGDecoding *decoding, const uint8_t *bytes, size_t count) {
  png_structp png = decoding->png;
  size_t unpacked =
      (png_get_rowbytes(png, decoding->info) + 1) * (size_t)png_get_image_height(png, decoding->info);
  size_t packed = 0;
  for (size_t place = 8; count - place >= 12;) {
    size_t length = big_endian(bytes + place);
    if (length > count - place - 12) break;
    if (memcmp(bytes + place + 4, "IDAT", 4) == 0) packed += length;
    place += 12 + length;
  }
  if (packed / 2 > unpacked + (16 << 10))
    leave(decoding, CodecStatusCorrupt, "there are far more data than pixels");
}

// Whole rows in order.
static void read_rows(PNGDecoding *decoding, int alpha) {
  CodecCanvas *canvas = &decoding->canvas;
  for (int32_t y = 0; y < canvas->target.height; y++) {
    uint8_t *row = codec_canvas_row(canvas, y);
    png_read_row(decoding->png, alpha ? decoding->samples : row, NULL);
    if (alpha) codec_composite(decoding->samples, canvas->target.background, row, (size_t)canvas->target.width);
    codec_canvas_finish_row(canvas, y);
  }
}

// The seven images of Adam7 at full scale, put together by libpng.
static void read_interlaced(PNGDecoding *decoding, int alpha) {
  CodecTarget target = decoding->canvas.target;
  size_t pixels = (size_t)target.width, lines = (size_t)target.height;
  if (alpha) decoding->samples = malloc(4 * pixels * lines);
  decoding->rows = malloc(lines * sizeof *decoding->rows);
  if ((alpha && !decoding->samples) || !decoding->rows)
    leave(decoding, CodecStatusOutOfMemory, "no memory for the pixels");
  for (size_t y = 0; y < lines; y++)
    decoding->rows[y] = alpha ? decoding->samples + 4 * pixels * y : target.rgb + 3 * pixels * y;
  png_read_image(decoding->png, decoding->rows);
  if (alpha) codec_composite(decoding->samples, target.background, target.rgb, pixels * lines);
}

// The same at a reduced scale, pixel by pixel, so that the whole image is never held.
static void read_passes(PNGDecoding *decoding, int alpha) {
  CodecCanvas *canvas = &decoding->canvas;
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
    png_uint_32 columns = PNG_PASS_COLS((png_uint_32)canvas->target.width, pass);
    png_uint_32 lines = PNG_PASS_ROWS((png_uint_32)canvas->target.height, pass);
    if (columns == 0) continue;
    for (png_uint_32 line = 0; line < lines; line++) {
      png_read_row(decoding->png, decoding->samples, NULL);
      if (alpha) codec_composite(decoding->samples, canvas->target.background, decoding->samples, columns);
      codec_canvas_put(
          canvas, (int32_t)PNG_PASS_START_COL(pass), (int32_t)PNG_ROW_FROM_PASS_ROW(line, pass),
          (int32_t)PNG_PASS_COL_OFFSET(pass), decoding->samples, columns);
    }
  }
}

static void decode(PNGDecoding *decoding, CodecTarget target) {
  if (setjmp(decoding->leave)) return;
  const uint8_t *bytes = decoding->next;
  size_t count = decoding->left;
  start(decoding);
  png_structp png = decoding->png;
  png_infop info = decoding->info;
  if (png_get_image_width(png, info) != (png_uint_32)target.width ||
      png_get_image_height(png, info) != (png_uint_32)target.height)
    leave(decoding, CodecStatusCorrupt, "the header contradicts itself");
  check_length(decoding, count);
  check_surplus(decoding, bytes, count);
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  int interlaced = png_get_interlace_type(png, info) == PNG_INTERLACE_ADAM7;
  if (interlaced && target.reduction == 1) png_set_interlace_handling(png);
  png_read_update_info(png, info);
  int alpha = png_get_channels(png, info) == 4;
  if (png_get_rowbytes(png, info) != (size_t)target.width * (alpha ? 4 : 3))
    leave(decoding, CodecStatusUnsupported, "an unexpected pixel layout");

  int whole = interlaced && target.reduction == 1;
  if (!codec_canvas_open(&decoding->canvas, target, !interlaced))
    leave(decoding, CodecStatusOutOfMemory, "no memory for the pixels");
  if (!whole && (alpha || interlaced)) {
    decoding->samples = malloc(4 * (size_t)target.width);
    if (!decoding->samples) leave(decoding, CodecStatusOutOfMemory, "no memory for a row");
  }
  if (whole)
    read_interlaced(decoding, alpha);
  else if (interlaced)
    read_passes(decoding, alpha);
  else
    read_rows(decoding, alpha);
  // Checks what follows the pixels, up to the end chunk.
  png_read_end(png, NULL);
}

CodecResult codec_png_decode(const uint8_t *bytes, size_t count, CodecTarget target) {
  PNGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.next = bytes;
  decoding.left = count;
  decode(&decoding, target);
  return finish(&decoding);
}

// Labels are what stands in the file: nothing is scaled or mixed with a background.
static int32_t label_channels(PNGDecoding *decoding) {
  png_structp png = decoding->png;
  png_byte type = png_get_color_type(png, decoding->info);
  if (png_get_bit_depth(png, decoding->info) > 8)
    leave(decoding, CodecStatusUnsupported, "labels of 16 bits a pixel; expected at most 8");
  if (type & PNG_COLOR_MASK_ALPHA)
    leave(decoding, CodecStatusUnsupported, "labels with transparency; expected a palette, grey or RGB");
  return type == PNG_COLOR_TYPE_RGB ? 3 : 1;
}

static void read_label_kind(PNGDecoding *decoding, int32_t *channels) {
  if (setjmp(decoding->leave)) return;
  start(decoding);
  *channels = label_channels(decoding);
}

CodecResult codec_png_read_label_kind(const uint8_t *bytes, size_t count, int32_t *channels) {
  PNGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.next = bytes;
  decoding.left = count;
  read_label_kind(&decoding, channels);
  return finish(&decoding);
}

static void decode_labels(PNGDecoding *decoding, CodecLabels labels) {
  if (setjmp(decoding->leave)) return;
  const uint8_t *bytes = decoding->next;
  size_t count = decoding->left;
  start(decoding);
  png_structp png = decoding->png;
  png_infop info = decoding->info;
  if (png_get_image_width(png, info) != (png_uint_32)labels.width ||
      png_get_image_height(png, info) != (png_uint_32)labels.height || label_channels(decoding) != labels.channels)
    leave(decoding, CodecStatusCorrupt, "the header contradicts itself");
  check_length(decoding, count);
  check_surplus(decoding, bytes, count);
  png_colorp colors = NULL;
  int color_count = 0;
  png_get_PLTE(png, info, &colors, &color_count);
  for (int index = 0; index < color_count && index < 256; index++) {
    uint8_t *color = labels.palette + 3 * index;
    color[0] = colors[index].red;
    color[1] = colors[index].green;
    color[2] = colors[index].blue;
  }
  *labels.palette_count = color_count > 256 ? 256 : color_count;
  png_set_packing(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row_bytes = (size_t)labels.width * (size_t)labels.channels;
  if (png_get_rowbytes(png, info) != row_bytes)
    leave(decoding, CodecStatusUnsupported, "an unexpected pixel layout");
  decoding->rows = malloc((size_t)labels.height * sizeof *decoding->rows);
  if (!decoding->rows) leave(decoding, CodecStatusOutOfMemory, "no memory for the pixels");
  for (int32_t y = 0; y < labels.height; y++) decoding->rows[y] = labels.samples + row_bytes * (size_t)y;
  png_read_image(png, decoding->rows);
  png_read_end(png, NULL);
}

CodecResult codec_png_decode_labels(const uint8_t *bytes, size_t count, CodecLabels labels) {
  PNGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.next = bytes;
  decoding.left = count;
  decode_labels(&decoding, labels);
  return finish(&decoding);
}
