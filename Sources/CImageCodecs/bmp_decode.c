#include <stdlib.h>
#include <string.h>

#include "bmp.h"

static void take_color(const BMPLayout *layout, uint32_t index, uint8_t *rgb) {
  // The palette is black behind its last colour.
  memcpy(rgb, layout->palette[index & 255], 3);
}

static uint8_t channel_value(const BMPChannel *channel, uint32_t pixel) {
  uint64_t value = (pixel & channel->mask) >> channel->shift;
  return (uint8_t)((value * 255 + channel->highest / 2) / channel->highest);
}

static uint32_t packed_pixel(const uint8_t *row, uint32_t bits, size_t x) {
  if (bits == 16) return (uint32_t)(row[2 * x] | row[2 * x + 1] << 8);
  row += 4 * x;
  return (uint32_t)row[0] | (uint32_t)row[1] << 8 | (uint32_t)row[2] << 16 | (uint32_t)row[3] << 24;
}

// One stored row without compression to RGB.
static void unpack_row(
    const BMPLayout *layout, const uint8_t *row, int has_alpha, const uint8_t *background, uint8_t *rgb) {
  size_t width = (size_t)layout->width;
  uint32_t bits = layout->bits;
  for (size_t x = 0; x < width; x++, rgb += 3) {
    if (bits <= 8) {
      size_t place = x * bits;
      take_color(layout, (uint32_t)row[place / 8] >> (8 - bits - place % 8) & ((1u << bits) - 1), rgb);
    } else if (bits == 24) {
      for (int channel = 0; channel < 3; channel++) rgb[channel] = row[3 * x + 2 - (size_t)channel];
    } else {
      uint32_t pixel = packed_pixel(row, bits, x);
      for (int channel = 0; channel < 3; channel++) rgb[channel] = channel_value(&layout->channels[channel], pixel);
      if (!has_alpha) continue;
      uint8_t rgba[4] = {rgb[0], rgb[1], rgb[2], channel_value(&layout->channels[3], pixel)};
      codec_composite(rgba, background, rgb, 1);
    }
  }
}

// Many programs state a mask for alpha and leave it zero throughout, and mean that nothing is transparent.
static int uses_alpha(const BMPLayout *layout, const uint8_t *pixels, size_t stride) {
  uint32_t mask = layout->channels[3].mask;
  if (mask == 0) return 0;
  for (int32_t y = 0; y < layout->height; y++)
    for (int32_t x = 0; x < layout->width; x++)
      if (packed_pixel(pixels + stride * (size_t)y, layout->bits, (size_t)x) & mask) return 1;
  return 0;
}

static CodecResult decode_plain(
    const BMPLayout *layout, const uint8_t *bytes, size_t count, CodecTarget target, CodecCanvas *canvas) {
  size_t used = ((size_t)layout->width * layout->bits + 7) / 8;
  size_t stride = (used + 3) / 4 * 4;
  // What fills up the last row may be missing.
  size_t needed = stride * ((size_t)layout->height - 1) + used;
  if (layout->pixels > count || needed > count - layout->pixels) return codec_result(CodecStatusTruncated, NULL);
  const uint8_t *pixels = bytes + layout->pixels;
  int has_alpha = uses_alpha(layout, pixels, stride);
  for (int32_t y = 0; y < layout->height; y++) {
    size_t stored = (size_t)(layout->top_down ? y : layout->height - 1 - y);
    unpack_row(layout, pixels + stride * stored, has_alpha, target.background, codec_canvas_row(canvas, y));
    codec_canvas_finish_row(canvas, y);
  }
  return codec_result(CodecStatusDone, NULL);
}

// Where the next pixel of the runs goes. Rows come from below.
typedef struct {
  const BMPLayout *layout;
  CodecCanvas *canvas;
  uint8_t *row;
  int32_t x;
  int32_t y;
} BMPPen;

static void put(BMPPen *pen, uint32_t index) {
  if (pen->x >= pen->layout->width) return;
  take_color(pen->layout, index, pen->row + 3 * (size_t)pen->x++);
}

// Pixels that no run reaches have the colour 0.
static void begin_row(BMPPen *pen) {
  pen->row = codec_canvas_row(pen->canvas, pen->y);
  for (int32_t x = 0; x < pen->layout->width; x++) take_color(pen->layout, 0, pen->row + 3 * (size_t)x);
}

// Ends `count` rows and begins another.
static void next_rows(BMPPen *pen, int32_t count) {
  for (; count > 0 && pen->y >= 0; count--) {
    codec_canvas_finish_row(pen->canvas, pen->y);
    if (--pen->y < 0) return;
    begin_row(pen);
  }
}

static void put_run(BMPPen *pen, uint32_t count, uint32_t value) {
  for (uint32_t index = 0; index < count; index++)
    put(pen, pen->layout->bits == 8 ? value : (index & 1 ? value & 15 : value >> 4));
}

static void put_pixels(BMPPen *pen, uint32_t count, const uint8_t *bytes) {
  for (uint32_t index = 0; index < count; index++)
    put(pen, pen->layout->bits == 8 ? bytes[index] : (index & 1 ? bytes[index / 2] & 15u : bytes[index / 2] >> 4));
}

static CodecResult decode_runs(const BMPLayout *layout, const uint8_t *bytes, size_t count, CodecCanvas *canvas) {
  // A run is two bytes for 255 pixels: fewer bytes than that are no whole image.
  if ((uint64_t)layout->width * (uint64_t)layout->height / 128 > count) return codec_result(CodecStatusTruncated, NULL);
  BMPPen pen = {layout, canvas, NULL, 0, layout->height - 1};
  begin_row(&pen);
  size_t place = layout->pixels;
  while (pen.y >= 0) {
    if (place > count || count - place < 2) return codec_result(CodecStatusTruncated, NULL);
    uint32_t first = bytes[place], second = bytes[place + 1];
    place += 2;
    if (first > 0) {
      put_run(&pen, first, second);
    } else if (second == 0) {
      next_rows(&pen, 1);
      pen.x = 0;
    } else if (second == 1) {
      next_rows(&pen, layout->height);
    } else if (second == 2) {
      if (count - place < 2) return codec_result(CodecStatusTruncated, NULL);
      pen.x += bytes[place];
      if (pen.x > layout->width) pen.x = layout->width;
      next_rows(&pen, bytes[place + 1]);
      place += 2;
    } else {
      size_t length = layout->bits == 8 ? second : (second + 1) / 2;
      if (count - place < length) return codec_result(CodecStatusTruncated, NULL);
      put_pixels(&pen, second, bytes + place);
      place += (length + 1) / 2 * 2;
    }
  }
  return codec_result(CodecStatusDone, NULL);
}

CodecResult codec_bmp_decode(const uint8_t *bytes, size_t count, CodecTarget target) {
  BMPLayout layout;
  CodecResult result = codec_bmp_read_layout(bytes, count, &layout);
  if (result.status != CodecStatusDone) return result;
  if (layout.width != target.width || layout.height != target.height)
    return codec_result(CodecStatusCorrupt, "the header contradicts itself");
  CodecCanvas canvas;
  if (!codec_canvas_open(&canvas, target, 1))
    result = codec_result(CodecStatusOutOfMemory, NULL);
  else if (layout.compression == BMPRunLength8 || layout.compression == BMPRunLength4)
    result = decode_runs(&layout, bytes, count, &canvas);
  else
    result = decode_plain(&layout, bytes, count, target, &canvas);
  codec_canvas_close(&canvas);
  return result;
}
