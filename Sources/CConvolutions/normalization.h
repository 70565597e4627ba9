#ifndef NORMALIZATION_KERNELS_H
#define NORMALIZATION_KERNELS_H

#include "internal.h"

#include "Normalization.h"

// Of a block of channels: factor, shift, mean, and the two of the gradient, each of `block` floats.
enum { FACTORS = 5 };

typedef struct {
  void (*moments)(const float *cells, int count, float *mean, float *squares);
  void (*normalize)(
      const pbk_normalization *, const float *factors, const float *cells, const float *addend, float *result,
      int count);
  // Two sums of `block` floats each.
  void (*sum_slopes)(
      const pbk_normalization *, const float *factors, const float *cells, const float *gradient, int count,
      float *sums);
  void (*spread_slopes)(
      const pbk_normalization *, const float *factors, const float *cells, const float *gradient, float *result,
      int count);
} pbk_normalization_kernels;

extern const pbk_normalization_kernels pbk_normalization_kernels_8, pbk_normalization_kernels_16;
#if defined(__x86_64__)
extern const pbk_normalization_kernels pbk_normalization_kernels_avx2, pbk_normalization_kernels_avx512;
#endif

#endif
