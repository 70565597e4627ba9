/// Convolutions (Winograd's minimal filtering and matrix products) and pooling on blocked maps, N × C/b × H × W × b, for
/// the shapes where they are quicker than oneDNN's.
///
/// Everything is 32-bit floats, but for what is called bf16. An operation is a value that says what to compute; a convolution's weights are packed once,
/// in a form of its own; running allocates nothing.
#ifndef CCONVOLUTIONS_H
#define CCONVOLUTIONS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  PBK_NO_ACTIVATION,
  PBK_RELU,        // alpha is the slope below zero
  PBK_CLIP,        // to alpha … beta
  PBK_HARD_SWISH,  // x · clip(x/6 + 1/2, 0, 1)
  PBK_SILU         // x / (1 + exp(-x))
} pbk_activation;

/// A dense convolution of square kernels, one stride and one dilation for both axes.
typedef struct {
  int batch;
  int input_channels, input_height, input_width;
  int output_channels, output_height, output_width;
  int kernel, stride;
  int padding;  // rows above and columns left of the map; what lies below and right follows from the sizes
  int dilation; // cells of the map from one of the kernel to the next; 1 but for products of floats
  int block;    // channels per block of both maps: 8 or 16
  /// Side of Winograd's output tiles for kernel 3: 2, 4 or 6 with stride 1, 2 or 4 with stride 2; 0 for matrix products.
  int tile;
  /// Winograd: tiles that one thread takes through all steps at once; 0 lets the threads share every step of the whole
  /// map, so that each reads a part of the weights only.
  int tile_group;
  /// The weights are those of the convolution whose gradient this computes: I × O × kernel × kernel, cells in reverse.
  bool mirrored;
  pbk_activation activation;
  float alpha, beta;
  /// What is written is activation(convolution + bias) + addend, instead of activation(convolution + bias + addend).
  bool activates_first;
  /// Winograd, and products by AMX in bf16: the largest of every two by two results is what is written; their map has even
  /// sides, and no addend.
  bool pools;
  int threads;
} pbk_convolution;

/// Floats of the packed weights, of the padded bias, and of the memory that running needs besides.
size_t pbk_weights_count(const pbk_convolution *convolution);
size_t pbk_bias_count(const pbk_convolution *convolution);
size_t pbk_scratch_count(const pbk_convolution *convolution);

/// Weights O × I × kernel × kernel, row-major, unless mirrored.
void pbk_pack_weights(const pbk_convolution *convolution, const float *weights, float *packed);
/// NULL is a bias of zeros.
void pbk_pack_bias(const pbk_convolution *convolution, const float *bias, float *packed);

/// destination = activation(convolution(source) + bias + addend); addend is NULL or of the destination's layout, and may be
/// the destination itself, but not for products that activate first. All memory is aligned to 64 bytes.
void pbk_run(
    const pbk_convolution *convolution, const float *source, const float *weights, const float *bias,
    const float *addend, float *destination, float *scratch);

/// Floats of the memory that the gradient of the weights needs.
size_t pbk_gradient_scratch_count(const pbk_convolution *convolution);
/// The gradient of the weights, O × I × kernel × kernel row-major, and where `bias` is not NULL the bias's: of kernel 3 by
/// Winograd's tiles, 2 or 4, `tile_group` of them at a time; with tile 0 by products.
void pbk_weights_gradient(
    const pbk_convolution *convolution, const float *source, const float *destination_gradient, float *weights,
    float *bias, float *scratch);

/// The same of a convolution that reads a row-major map, N × C × H × W, of few channels: kernel 1, 3, 5 or 7, dilation 1.
size_t pbk_plain_gradient_scratch_count(const pbk_convolution *convolution);
void pbk_plain_weights_gradient(
    const pbk_convolution *convolution, const float *source, const float *destination_gradient, float *weights,
    float *bias, float *scratch);

/// The largest value of every window, whose cells outside of the map do not count.
typedef struct {
  int batch, channels;
  int input_height, input_width, output_height, output_width;
  int kernel, stride;
  int padding;  // above and left
  int block;
  int threads;
} pbk_pooling;

/// - Precondition: every window has a cell inside of the map.
void pbk_pool(const pbk_pooling *pooling, const float *source, float *destination);

/// The gradient of the source, for windows that do not share cells: stride is kernel, padding 0. It goes to each window's first
/// largest value, as `pooled` has it; all other cells become 0.
void pbk_pool_gradient(
    const pbk_pooling *pooling, const float *source, const float *pooled, const float *destination_gradient,
    float *source_gradient);

/// A map brought to another number of rows and columns, bilinear: row y of the result lies at (y + 1/2) · H / H' − 1/2 of the
/// source, columns likewise; values beyond the edge are those of the edge.
typedef struct {
  int maps;  // blocks of channels of all images
  int input_height, input_width;
  int output_height, output_width;
  int block;
  int threads;
} pbk_resizing;

/// The gradient of the source: every element of the result's goes to the four that it is a blend of.
void pbk_resize_gradient(const pbk_resizing *resizing, const float *destination_gradient, float *source_gradient);

/// A convolution in bf16, the upper half of a float: source, weights, addend and, unless it says otherwise, result are bf16,
/// sums are floats. For processors with pkr_has_avx512_bf16.
typedef struct {
  /// In blocks of 16, by products or, for kernel 3 and stride 1 or 2, by Winograd's tiles of 2; not mirrored.
  pbk_convolution shape;
  /// The source is N × C × H × W floats, the network's own input, with few channels; for products.
  bool plain_source;
  /// The result is floats; what is added is bf16 all the same, and then not the destination.
  bool float_result;
  /// Products are computed by AMX, for processors with pkr_has_amx_bf16; a row of the kernel on the network's own input then
  /// has at most 32 values.
  bool amx;
} pbk_bf16_convolution;

/// Bytes of the packed weights, and of the memory that running needs besides. The bias is packed as that of floats.
size_t pbk_bf16_weights_size(const pbk_bf16_convolution *convolution);
size_t pbk_bf16_scratch_size(const pbk_bf16_convolution *convolution);
/// Weights O × I × kernel × kernel, floats, row-major.
void pbk_bf16_pack_weights(const pbk_bf16_convolution *convolution, const float *weights, void *packed);
/// As pbk_run; the addend may be the destination itself.
void pbk_bf16_run(
    const pbk_bf16_convolution *convolution, const void *source, const void *weights, const float *bias,
    const void *addend, void *destination, void *scratch);

/// Floats as bf16, to the nearest, halfway to even, and back; numbers below the smallest normal one become 0.
void pbk_bf16_round(const float *source, void *destination, size_t count, int threads);
void pbk_bf16_widen(const void *source, float *destination, size_t count, int threads);
/// The largest value of every window of a map in bf16, in blocks of 16.
void pbk_bf16_pool(const pbk_pooling *pooling, const void *source, void *destination);
/// Every cell `factor` × `factor` times; `blocks` are those of all images.
void pbk_bf16_upsample(
    const void *source, void *destination, int blocks, int height, int width, int factor, int threads);
/// destination = max(a + b, 0) or a + b; the destination may be one of them.
void pbk_bf16_add(const void *a, const void *b, void *destination, size_t count, bool relu, int threads);

/// Multiplies and adds on registers alone, for measuring what the machine can do; returns the number of operations, where a
/// multiplication and an addition count as two.
double pbk_multiply_and_add(int block, int threads, int rounds);

#ifdef __cplusplus
}
#endif
#include "Depthwise.h"
#include "Normalization.h"
#include "ParameterUpdates.h"

#endif
