#ifndef DEPTHWISE_KERNELS_H
#define DEPTHWISE_KERNELS_H

#include "internal.h"

#include "Depthwise.h"

// Cells of a line that are computed at once, and the largest kernel's side.
enum { DEPTHWISE_COLUMNS = 8, MOST_DEPTHWISE_KERNEL = 5 };

// Lines first … end of one block of channels of one image.
typedef void pbk_depthwise_lines(
    const pbk_depthwise *, const float *map, const float *weights, const float *bias, const float *addend, float *result,
    int first_line, int end_line);

typedef struct {
  // By [kernel is 5][stride − 1][columns − 1].
  pbk_depthwise_lines *lines[2][2][DEPTHWISE_COLUMNS];
  // The gradient of the source with stride 2, by [kernel is 5].
  void (*spread[2])(
      const pbk_depthwise *, const float *gradient, const float *weights, float *result, int first_line, int end_line);
  // Sums of every cell of the kernel, and of the gradient itself, over lines of the gradient; `zeros` is a line of the map.
  void (*gradient)(
      const pbk_depthwise *, const float *map, const float *gradient, const float *zeros, float *sums, int first_line,
      int end_line);
} pbk_depthwise_kernels;

extern const pbk_depthwise_kernels pbk_depthwise_kernels_8, pbk_depthwise_kernels_16;
#if defined(__x86_64__)
extern const pbk_depthwise_kernels pbk_depthwise_kernels_avx2, pbk_depthwise_kernels_avx512;
#endif

#endif
