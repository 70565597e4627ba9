/// A plain C face of oneDNN: the only place of this package that knows oneDNN's version and types.
///
/// A layout says how a tensor lies in memory; a kernel is one operation, created for fixed layouts, bound to
/// memory once and executed many times. Functions that create something return NULL on failure, and
/// pdn_last_error() then says why (one message per thread). Tensors are 32-bit floats where nothing else is said.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pdn_layout pdn_layout;
typedef struct pdn_kernel pdn_kernel;

/// What a piece of memory is to a kernel.
typedef enum {
  PDN_SOURCE,
  PDN_SECOND_SOURCE,
  PDN_WEIGHTS,
  PDN_BIAS,
  PDN_DESTINATION,
  PDN_MEAN,
  PDN_VARIANCE,
  PDN_SCALE,
  PDN_SHIFT,
  PDN_WORKSPACE,
  PDN_SOURCE_GRADIENT,
  PDN_WEIGHTS_GRADIENT,
  PDN_BIAS_GRADIENT,
  PDN_DESTINATION_GRADIENT,
  PDN_SCALE_GRADIENT,
  PDN_SHIFT_GRADIENT,
  PDN_SCRATCH,
  /// The i-th input of a concatenation or sum is PDN_INPUT + i; keep it last.
  PDN_INPUT
} pdn_role;

typedef enum { PDN_INFERENCE, PDN_FORWARD, PDN_BACKWARD_DATA, PDN_BACKWARD_WEIGHTS } pdn_direction;

// ---- oneDNN -----------------------------------------------------------------------------------------------

/// The reason of this thread's last failure; never NULL.
const char *pdn_last_error(void);
/// Whether that was a lack of memory.
bool pdn_last_error_is_memory(void);
/// The version of oneDNN that is loaded, "2.6.3".
const char *pdn_version(void);
/// The widest instruction set in use, as oneDNN names it.
const char *pdn_instruction_set(void);
/// Channels per block of the layout that this machine's kernels want: 16 with AVX-512, else 8.
int pdn_channel_block(void);
/// Whether the instruction set in use has products of pairs of bf16.
bool pdn_has_bf16(void);
/// Whether it has products of tiles, AMX.
bool pdn_has_amx(void);

// ---- layouts ----------------------------------------------------------------------------------------------

typedef enum {
  PDN_PLAIN,
  PDN_CHANNEL_BLOCKED,
  PDN_CHANNELS_LAST,
  /// Kernels of transposed convolutions as PyTorch stores them, I×O×H×W or G×I×O×H×W; extents are given O first.
  PDN_INPUT_MAJOR
} pdn_order;

typedef enum { PDN_FLOAT, PDN_BF16, PDN_UNSIGNED_BYTE, PDN_SIGNED_BYTE } pdn_element;

/// Extents outermost first (N, C, H, W; or N, C; or X). Blocked and channels-last need rank 4, input-major 4 or 5.
pdn_layout *pdn_layout_create(pdn_order order, pdn_element element, int rank, const int64_t *extents);
/// The layout of `count` channels from `first` on inside a larger tensor (for writing into a concatenation).
pdn_layout *pdn_layout_channels(const pdn_layout *layout, int64_t first, int64_t count);
pdn_layout *pdn_layout_copy(const pdn_layout *layout);
void pdn_layout_destroy(pdn_layout *layout);
bool pdn_layout_equal(const pdn_layout *left, const pdn_layout *right);
size_t pdn_layout_byte_count(const pdn_layout *layout);
/// Bytes between the start of the enclosing tensor and this layout's first element.
size_t pdn_layout_byte_offset(const pdn_layout *layout);

// ---- kernels ----------------------------------------------------------------------------------------------

/// The layout that a kernel wants for a role; NULL when it has no such memory.
pdn_layout *pdn_kernel_layout(const pdn_kernel *kernel, pdn_role role);
/// The name of the implementation that oneDNN chose.
const char *pdn_kernel_implementation(const pdn_kernel *kernel);
/// Tells the kernel where a role's memory is; it must outlive the kernel's executions.
bool pdn_kernel_bind(pdn_kernel *kernel, pdn_role role, void *memory);
/// - Precondition: every role that the kernel has is bound.
bool pdn_kernel_execute(pdn_kernel *kernel);
void pdn_kernel_destroy(pdn_kernel *kernel);

typedef enum {
  PDN_NO_ACTIVATION,
  PDN_RELU,  // alpha is the slope below zero
  PDN_SILU,
  PDN_SIGMOID,
  PDN_TANH,
  PDN_MISH,
  PDN_ELU,  // alpha is the slope below zero
  PDN_HARD_SWISH,
  PDN_CLIP,   // to alpha … beta
  PDN_LINEAR  // alpha · x + beta
} pdn_activation;

typedef enum {
  PDN_DIRECT,
  PDN_WINOGRAD_2,  // F(2×2, 3×3)
  PDN_WINOGRAD_4   // F(4×4, 3×3)
} pdn_algorithm;

typedef struct {
  int64_t batch, input_channels, input_height, input_width;
  int64_t output_channels, output_height, output_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t padding_top, padding_left, padding_bottom, padding_right;
  int64_t dilation_height, dilation_width;  // 1 is dense
  int64_t groups;
  bool has_bias;
  bool transposed;
  pdn_algorithm algorithm;
  // Fused behind a forward convolution: destination = activation(convolution + (adds ? destination : 0)).
  bool adds_destination;
  pdn_activation activation;
  float alpha, beta;
} pdn_convolution;

/// `source` and `destination` fix the layouts of the feature maps; the weights' layout is the kernel's choice. Maps of bf16
/// are multiplied with weights of bf16, and what is computed of them may be floats; bias and gradients of weights are.
/// Roles: forward S W [B] D; backward data SG W DG; backward weights S WG [BG] DG.
pdn_kernel *pdn_convolution_create(
    const pdn_convolution *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination);

typedef enum { PDN_MAXIMUM, PDN_AVERAGE, PDN_AVERAGE_WITH_PADDING } pdn_pooling_kind;

typedef struct {
  pdn_pooling_kind kind;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t padding_top, padding_left, padding_bottom, padding_right;
} pdn_pooling;

/// Roles: forward S D [workspace when training a maximum]; backward SG DG [workspace].
pdn_kernel *pdn_pooling_create(
    const pdn_pooling *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination);

/// Batch normalisation over N, H, W with scale and shift, optionally followed by ReLU.
/// Roles: inference S D mean variance scale shift; forward S D mean variance (out) scale shift [workspace];
/// backward S mean variance DG scale shift (bound, if not always read) SG and both gradients [workspace].
pdn_kernel *pdn_batch_normalization_create(
    pdn_direction direction, const pdn_layout *source, float epsilon, bool relu);

/// Roles: forward S D; backward D (ReLU, sigmoid, tanh) or S (the others), DG, SG.
pdn_kernel *pdn_activation_create(
    pdn_direction direction, pdn_activation activation, float alpha, float beta, const pdn_layout *source);

/// Softmax over an axis. Roles: forward S D; backward D DG SG.
pdn_kernel *pdn_softmax_create(pdn_direction direction, int axis, const pdn_layout *source);

/// Roles as for a convolution. `source` has rank 2 or 4, `destination` N×O plain.
pdn_kernel *pdn_inner_product_create(
    pdn_direction direction, const pdn_layout *source, const pdn_layout *destination, bool has_bias);

/// Resampling of rows and columns to the destination's numbers of them: the nearest element, or a blend of the nearest two
/// along each axis, with elements at the middles of cells. Roles: forward S D; backward SG DG.
pdn_kernel *pdn_resampling_create(
    pdn_direction direction, bool bilinear, const pdn_layout *source, const pdn_layout *destination);

/// Roles: PDN_INPUT + i, D. Along axis 1.
pdn_kernel *pdn_concatenation_create(int count, const pdn_layout *const *sources, const pdn_layout *destination);

/// Roles: S, second source, D, all of one shape. Without relu D may be the memory of S.
pdn_kernel *pdn_addition_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination, bool relu);

/// Roles: S, second source, D. The second source has the source's shape, or one row and column.
pdn_kernel *pdn_multiplication_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination);

/// Roles: S, D.
pdn_kernel *pdn_reorder_create(const pdn_layout *source, const pdn_layout *destination);

#ifdef __cplusplus
}
#endif
#include "COneDNNQuantized.h"

#endif
