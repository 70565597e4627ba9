/// Batch normalisation of training on blocked maps, N × C/b × H × W × b, with the activation behind it and the map that is
/// added to its result, in as few passes over memory as there can be.
///
/// All sums are formed in an order that depends on the maps' sizes alone, not on the threads.
#ifndef CCONVOLUTIONS_NORMALIZATION_H
#define CCONVOLUTIONS_NORMALIZATION_H

#include "CConvolutions.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int batch, channels;
  int cells;  // rows × columns
  int block;  // channels per block: 8 or 16
  float epsilon;
  pbk_activation activation;
  float alpha, beta;
  int threads;
} pbk_normalization;

/// Floats of the memory that running forward or backward needs.
size_t pbk_normalization_scratch_count(const pbk_normalization *normalization);

/// destination = activation((source − mean) / √(variance + ε) · scale + shift) + addend, which may be NULL. Writes the mean
/// and the (biased) variance of the batch, by channel. Channels that fill up the last block become activation(0) + addend.
void pbk_normalize(
    const pbk_normalization *normalization, const float *source, const float *scale, const float *shift,
    const float *addend, float *destination, float *mean, float *variance, float *scratch);

/// The gradients of the source, the scale and the shift from that of activation(…), whose mean and variance are given.
void pbk_normalization_gradient(
    const pbk_normalization *normalization, const float *source, const float *scale, const float *shift,
    const float *mean, const float *variance, const float *gradient, float *source_gradient, float *scale_gradient,
    float *shift_gradient, float *scratch);

#ifdef __cplusplus
}
#endif
#endif
