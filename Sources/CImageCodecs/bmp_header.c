#include <string.h>

#include "bmp.h"

// Windows' BITMAPINFOHEADER and its successors, and the headers of OS/2 1 and 2, told apart by their length.
enum { fileHeaderLength = 14, coreLength = 12, infoLength = 40, masksLength = 52, alphaMaskLength = 56 };

static uint32_t read16(const uint8_t *p) { return (uint32_t)(p[0] | p[1] << 8); }

static uint32_t read32(const uint8_t *p) { return read16(p) | read16(p + 2) << 16; }

static CodecResult corrupt(const char *message) { return codec_result(CodecStatusCorrupt, message); }

static CodecResult truncated(void) { return codec_result(CodecStatusTruncated, NULL); }

static int is_header_length(uint32_t length) {
  switch (length) {
    case coreLength:
    case 16:
    case infoLength:
    case masksLength:
    case alphaMaskLength:
    case 64:
    case 108:
    case 124:
      return 1;
    default:
      return 0;
  }
}

static int set_channel(BMPChannel *channel, uint32_t mask) {
  memset(channel, 0, sizeof *channel);
  channel->mask = mask;
  if (mask == 0) return 1;
  while (!(mask & 1)) {
    mask >>= 1;
    channel->shift++;
  }
  channel->highest = mask;
  // Ones without a gap.
  return (mask & (mask + 1)) == 0;
}

static CodecResult set_channels(BMPLayout *layout, const uint32_t masks[4]) {
  for (int channel = 0; channel < 4; channel++)
    if (!set_channel(&layout->channels[channel], masks[channel])) return corrupt("a bit mask has gaps");
  for (int channel = 0; channel < 3; channel++)
    if (masks[channel] == 0) return corrupt("a bit mask is empty");
  return codec_result(CodecStatusDone, NULL);
}

// The masks of pixels of 16 and 32 bits: stated, or the usual ones. `after` is where the header and its masks end.
static CodecResult read_masks(
    const uint8_t *bytes, size_t count, uint32_t length, BMPLayout *layout, size_t *after) {
  static const uint32_t usual16[4] = {0x7C00, 0x03E0, 0x001F, 0}, usual32[4] = {0xFF0000, 0xFF00, 0xFF, 0};
  if (layout->bits != 16 && layout->bits != 32) return codec_result(CodecStatusDone, NULL);
  if (layout->compression == BMPPlain) return set_channels(layout, layout->bits == 16 ? usual16 : usual32);
  uint32_t masks[4] = {0, 0, 0, 0};
  int listed = length >= alphaMaskLength && length != 64 ? 4 : 3;
  if (length == infoLength) {
    if (layout->compression == BMPAlphaBitFields) listed = 4;
    *after += 4 * (size_t)listed;
  }
  if (fileHeaderLength + infoLength + 4 * (size_t)listed > count) return truncated();
  for (int channel = 0; channel < listed; channel++)
    masks[channel] = read32(bytes + fileHeaderLength + infoLength + 4 * channel);
  return set_channels(layout, masks);
}

static CodecResult read_palette(
    const uint8_t *bytes, size_t count, uint32_t stated, int entry, BMPLayout *layout, size_t after) {
  if (layout->bits > 8) return codec_result(CodecStatusDone, NULL);
  uint32_t most = 1u << layout->bits;
  layout->colors = stated == 0 || stated > most ? most : stated;
  // Some programs begin the pixels before a palette of full length would end.
  if (layout->pixels >= after && (layout->pixels - after) / (size_t)entry < layout->colors)
    layout->colors = (uint32_t)((layout->pixels - after) / (size_t)entry);
  if (layout->colors == 0) return corrupt("it has no palette");
  if (after + (size_t)entry * layout->colors > count) return truncated();
  for (uint32_t index = 0; index < layout->colors; index++) {
    const uint8_t *color = bytes + after + (size_t)entry * index;
    for (int channel = 0; channel < 3; channel++) layout->palette[index][channel] = color[2 - channel];
  }
  return codec_result(CodecStatusDone, NULL);
}

static int is_depth(uint32_t bits, uint32_t compression) {
  switch (compression) {
    case BMPPlain:
      return bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
    case BMPRunLength8:
      return bits == 8;
    case BMPRunLength4:
      return bits == 4;
    default:
      return bits == 16 || bits == 32;
  }
}

// Sides, depth and compression.
static CodecResult read_info(const uint8_t *header, uint32_t length, BMPLayout *layout) {
  uint32_t planes;
  if (length == coreLength) {
    layout->width = (int32_t)read16(header + 4);
    layout->height = (int32_t)read16(header + 6);
    planes = read16(header + 8);
    layout->bits = read16(header + 10);
  } else {
    uint32_t width = read32(header + 4), height = read32(header + 8);
    layout->top_down = height >> 31;
    if (layout->top_down) height = 0 - height;
    if (width > INT32_MAX || height > INT32_MAX) return corrupt("a side is negative");
    layout->width = (int32_t)width;
    layout->height = (int32_t)height;
    planes = read16(header + 12);
    layout->bits = read16(header + 14);
    if (length > 16) layout->compression = read32(header + 16);
  }
  if (layout->width == 0 || layout->height == 0) return corrupt("a side is zero");
  if (planes != 1) return corrupt("it has not one plane");
  int known = layout->compression <= BMPBitFields || layout->compression == BMPAlphaBitFields;
  // OS/2 2 means a fax and 24-bit runs by 3 and 4.
  if (!known || (length == 64 && layout->compression >= BMPBitFields))
    return codec_result(CodecStatusUnsupported, "a BMP with this compression");
  if (!is_depth(layout->bits, layout->compression)) return corrupt("the bits per pixel do not fit the compression");
  int run_length = layout->compression == BMPRunLength8 || layout->compression == BMPRunLength4;
  if (run_length && layout->top_down) return corrupt("runs are stored upwards only");
  return codec_result(CodecStatusDone, NULL);
}

CodecResult codec_bmp_read_layout(const uint8_t *bytes, size_t count, BMPLayout *layout) {
  memset(layout, 0, sizeof *layout);
  if (count < fileHeaderLength + 4) return truncated();
  const uint8_t *header = bytes + fileHeaderLength;
  uint32_t length = read32(header);
  if (!is_header_length(length)) return corrupt("its header has no known length");
  size_t after = fileHeaderLength + (size_t)length;
  if (after > count) return truncated();
  CodecResult result = read_info(header, length, layout);
  if (result.status != CodecStatusDone) return result;
  layout->pixels = read32(bytes + 10);
  result = read_masks(bytes, count, length, layout, &after);
  if (result.status != CodecStatusDone) return result;
  uint32_t stated = length >= infoLength ? read32(header + 32) : 0;
  result = read_palette(bytes, count, stated, length == coreLength ? 3 : 4, layout, after);
  if (result.status == CodecStatusDone && layout->pixels < fileHeaderLength + (size_t)length)
    return corrupt("the pixels would begin inside the header");
  return result;
}

// A palette of greys is how the format stores an image without colour.
static int is_grey(const BMPLayout *layout) {
  if (layout->bits > 8) return 0;
  for (uint32_t index = 0; index < layout->colors; index++) {
    const uint8_t *color = layout->palette[index];
    if (color[0] != color[1] || color[1] != color[2]) return 0;
  }
  return 1;
}

CodecResult codec_bmp_read_header(const uint8_t *bytes, size_t count, CodecHeader *header) {
  BMPLayout layout;
  CodecResult result = codec_bmp_read_layout(bytes, count, &layout);
  if (result.status != CodecStatusDone) return result;
  header->width = layout.width;
  header->height = layout.height;
  header->orientation = 1;
  header->is_grey = is_grey(&layout);
  return result;
}
