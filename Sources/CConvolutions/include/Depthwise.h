/// Depthwise convolutions on blocked maps, N × C/b × H × W × b: one kernel of 3×3 or 5×5 cells for every channel, with stride
/// 1 or 2; forward, and the gradients of the input, the weights and the bias.
///
/// The sum that makes one value is formed in one order, whatever the number of threads.
#ifndef CCONVOLUTIONS_DEPTHWISE_H
#define CCONVOLUTIONS_DEPTHWISE_H

#include "CConvolutions.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int batch, channels;
  int input_height, input_width, output_height, output_width;
  int kernel;   // 3 or 5
  int stride;   // 1 or 2
  int padding;  // rows above and columns left of the map, less than the kernel
  int block;    // channels per block: 8 or 16
  pbk_activation activation;
  float alpha, beta;
  int threads;
} pbk_depthwise;

/// Floats of the packed weights and of the padded bias.
size_t pbk_depthwise_weights_count(const pbk_depthwise *depthwise);
size_t pbk_depthwise_bias_count(const pbk_depthwise *depthwise);
/// Weights C × 1 × kernel × kernel, row-major; `mirrored` packs their cells in reverse.
void pbk_depthwise_pack_weights(const pbk_depthwise *depthwise, bool mirrored, const float *weights, float *packed);
/// NULL is a bias of zeros.
void pbk_depthwise_pack_bias(const pbk_depthwise *depthwise, const float *bias, float *packed);

/// destination = activation(convolution(source) + bias + addend); addend is NULL or of the destination's layout, and may be
/// the destination itself.
void pbk_depthwise_run(
    const pbk_depthwise *depthwise, const float *source, const float *weights, const float *bias, const float *addend,
    float *destination);

/// The gradient of the source of a convolution of stride 2. (That of a convolution of stride 1 is the convolution of the
/// gradient with mirrored weights and padding kernel − 1 − padding.)
void pbk_depthwise_source_gradient(
    const pbk_depthwise *depthwise, const float *gradient, const float *weights, float *source_gradient);

/// Floats of the memory that the gradient of the weights needs.
size_t pbk_depthwise_gradient_scratch_count(const pbk_depthwise *depthwise);
/// The gradient of the weights, C × 1 × kernel × kernel row-major, and where `bias` is not NULL the bias's.
void pbk_depthwise_weights_gradient(
    const pbk_depthwise *depthwise, const float *source, const float *gradient, float *weights, float *bias,
    float *scratch);

#ifdef __cplusplus
}
#endif
#endif
