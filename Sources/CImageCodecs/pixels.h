#ifndef PEREGRINE_C_IMAGE_CODECS_PIXELS_H
#define PEREGRINE_C_IMAGE_CODECS_PIXELS_H

#include "include/CImageCodecs.h"

enum {
  // 8-bit samples times weights of 14 bits are kept between the passes with 7 fractional bits, which fills an int16.
  firstShift = 7,
  secondShift = 21,
};

typedef struct {
  // row[i] = Σ lines weight × line[i], rounded to 7 fractional bits. `taps` is even.
  void (*blend_rows)(
      const uint8_t *const *lines, const int16_t *weights, int32_t taps, size_t count, int16_t *row);
  // Two rows at once become two rows of pixels.
  void (*blend_columns)(const int16_t *const *rows, CodecResamplingAxis axis, uint8_t *const *targets);
  // Interleaved bytes become three planes of byte × factor + offset.
  void (*normalise)(
      const uint8_t *pixels, size_t count, const float *factors, const float *offsets, float *const *planes);
} PixelKernels;

extern const PixelKernels codec_pixel_kernels_baseline;
#if defined(__x86_64__)
extern const PixelKernels codec_pixel_kernels_avx2;
#endif

// The quickest that this machine runs.
const PixelKernels *codec_pixel_kernels(void);

#endif
