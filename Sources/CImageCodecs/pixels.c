#include "pixels.h"

#include "CKernelRuntime.h"

// Swift builds for the oldest x86-64; these loops are worth choosing the instruction set when the program runs.
const PixelKernels *codec_pixel_kernels(void) {
#if defined(__x86_64__)
  if (pkr_has_avx2()) return &codec_pixel_kernels_avx2;
#endif
  return &codec_pixel_kernels_baseline;
}

void codec_normalise(
    const uint8_t *pixels, size_t count, const float *factors, const float *offsets, float *planes) {
  float *const each[3] = {planes, planes + count, planes + 2 * count};
  codec_pixel_kernels()->normalise(pixels, count, factors, offsets, each);
}
