#ifndef PEREGRINE_C_IMAGE_CODECS_BMP_H
#define PEREGRINE_C_IMAGE_CODECS_BMP_H

#include "internal.h"

// One channel of a pixel of 16 or 32 bits: the highest value after shifting, 0 where the channel is absent.
typedef struct {
  uint32_t mask;
  uint32_t shift;
  uint32_t highest;
} BMPChannel;

typedef enum {
  BMPPlain = 0,
  BMPRunLength8 = 1,
  BMPRunLength4 = 2,
  BMPBitFields = 3,
  BMPAlphaBitFields = 6,
} BMPCompression;

typedef struct {
  int32_t width;
  int32_t height;
  int top_down;
  uint32_t bits;  // a pixel
  uint32_t compression;
  BMPChannel channels[4];  // red, green, blue, alpha
  uint8_t palette[256][3];
  uint32_t colors;  // in the palette
  size_t pixels;    // where they begin
} BMPLayout;

// Reads all that stands before the pixels.
CodecResult codec_bmp_read_layout(const uint8_t *bytes, size_t count, BMPLayout *layout);

#endif
