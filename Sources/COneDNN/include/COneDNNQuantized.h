/// The part of the face of oneDNN that computes in 8-bit integers.
///
/// A real number r is stored as the integer q of a tensor with scale s when r ≈ s · q. Zero is stored exactly.
#ifndef CONEDNN_QUANTIZED_H
#define CONEDNN_QUANTIZED_H

#include "COneDNN.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Whether this file computes at all: with oneDNN 2.x. Otherwise everything else here fails, saying so.
bool pdn_has_byte_kernels(void);

/// Whether the processor multiplies bytes without intermediate sums of 16 bits (VNNI), so that weights may use all 8
/// bits. Without it the sum of two products of a byte and a weight must stay below 2¹⁵: weights of 7 bits.
bool pdn_has_byte_dot_product(void);

typedef struct {
  /// One for each output channel: what an integer sum is multiplied with.
  const float *scales;
  /// What the destination's old content, of its own type, is multiplied with.
  float sum_scale;
  /// Behind the activation; 1 for none.
  float final_scale;
} pdn_quantization;

/// Roles: S W [B] D. Weights are signed bytes in an order that the kernel chooses, the bias is f32 in units of
/// 1/scales: destination = final · activation(scales · (S ∗ W + B) + (adds ? sum · destination : 0)). Not transposed.
pdn_kernel *pdn_quantized_convolution_create(
    const pdn_convolution *shape, const pdn_quantization *quantization, const pdn_layout *source,
    const pdn_layout *destination);

/// Copies a tensor into another layout and element type, multiplied with one scale, or with one for each index of the
/// first `axes` axes; rounds to nearest even and saturates. Roles: S D.
pdn_kernel *pdn_scaling_reorder_create(
    const pdn_layout *source, const pdn_layout *destination, int axes, int64_t count, const float *scales);

#ifdef __cplusplus
}
#endif

#endif
