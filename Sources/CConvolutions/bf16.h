#ifndef BFLOAT16_KERNELS_INTERNAL_H
#define BFLOAT16_KERNELS_INTERNAL_H

#include "internal.h"

#include <stdint.h>

// Maps in bf16, N × C/16 × H × W × 16, are read as pairs of channels, which is what the processor multiplies: 8 pairs in a
// block of a pixel. Sums are 32-bit floats.
enum { BF16_LANES = 16, BLOCK_PAIRS = BF16_LANES / 2, BF16_ROWS = 12 };

typedef uint16_t pbk_bf16;
typedef uint32_t pbk_pair;

// Rows times a panel of weights.
typedef struct {
  const pbk_bf16 *rows;
  size_t row_stride, block_stride;  // in values
  int block_count;                  // of input channels
  const int *taps;                  // offsets of what a row multiplies one after the other, in values
  int tap_count;
  int depth;                // pairs of a tap; BLOCK_PAIRS but for the network's own input
  const pbk_pair *weights;  // [block][tap][pair][vector][lane]
  // Weights that come next, and how many lines of 64 bytes of them are fetched into the cache meanwhile, a tap.
  const char *ahead;
  int ahead_count;
  // Bare sums, or what the convolution makes of them, in bf16 or, where it says so, in floats.
  float *sums;
  const float *begun;  // sums to go on from, which lie as those do; NULL for zeros
  void *result;
  size_t result_row_stride, result_stride;  // of results and sums, between rows, between output blocks, in values
  const float *bias;
  const pbk_bf16 *addend;  // lies as the result does; may be NULL
  const pbk_bf16_convolution *convolution;
} pbk_bf16_product;

typedef void pbk_bf16_product_kernel(const pbk_bf16_product *product);

#if defined(__x86_64__)
// By [vectors − 1][rows − 1]: for blocks of channels, and for taps of any depth.
extern pbk_bf16_product_kernel *const pbk_bf16_products[PANEL][BF16_ROWS], *const pbk_bf16_thin_products[PANEL][BF16_ROWS];
#endif

// Tiles first … end, blocks first_block … end_block: as those for floats.
void pbk_bf16_transform_input(
    const pbk_convolution *c, const pbk_bf16 *source, pbk_bf16 *transformed, int first_tile, int end_tile, int slots,
    int first_block, int end_block);
void pbk_bf16_transform_output(
    const pbk_bf16_convolution *c, const float *sums, const float *bias, const pbk_bf16 *addend, void *destination,
    int first_tile, int end_tile, int slots, int first_block, int end_block);
// [position][panel][pair][vector][lane].
void pbk_bf16_transform_weights(const pbk_convolution *c, const float *weights, pbk_pair *packed, int panel);

// `count` values, which may be the same memory where they become smaller.
void pbk_bf16_round_values(const float *source, pbk_bf16 *destination, size_t count);
void pbk_bf16_widen_values(const pbk_bf16 *source, float *destination, size_t count);

// The rows of a product in pieces of nearly one size; `ahead_lines` lines from `ahead` on are fetched meanwhile.
void pbk_bf16_multiply_rows(pbk_bf16_product product, int vectors, int row_count, int ahead_lines);

// What the items of a parallel loop share.
typedef struct {
  const pbk_bf16_convolution *convolution;
  const void *source;
  const pbk_pair *weights;
  const float *bias;
  const pbk_bf16 *addend;
  void *destination;
  char *scratch;
  int taps[MOST_TAPS];
} pbk_bf16_work;

void pbk_bf16_run_winograd(pbk_bf16_work *work);
void pbk_bf16_run_products(pbk_bf16_work *work);
size_t pbk_bf16_winograd_scratch(const pbk_convolution *c);
size_t pbk_bf16_products_scratch(const pbk_bf16_convolution *c);
void pbk_bf16_pack_products(const pbk_bf16_convolution *c, const float *weights, pbk_bf16 *packed, int panel);

// Nearest, halfway to even; as the processor rounds it, but without it.
static inline pbk_bf16 pbk_bf16_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if ((bits & 0x7fffffff) > 0x7f800000) return (pbk_bf16)(bits >> 16 | 0x40);
  return (pbk_bf16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Rows of the kernel follow one another in the memory of the network's own input: pairs of one of them.
static inline int pbk_bf16_thin_depth(const pbk_convolution *c) { return pbk_quotient(c->kernel * c->input_channels, 2); }

#endif
