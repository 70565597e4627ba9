#ifndef AMX_KERNELS_INTERNAL_H
#define AMX_KERNELS_INTERNAL_H

#include "bf16.h"

// Products of bf16 by AMX: a tile of 16 rows (pixels) of up to 32 values times one of up to 16 pairs of 16 outputs, added to
// 16 × 16 sums. A group is two tiles of pixels and two of outputs, which is what all eight tile registers hold with their
// factors.
enum { AMX_TILE_ROWS = 16, AMX_GROUP_ROWS = 2 * AMX_TILE_ROWS, AMX_CHUNK = 32, AMX_MOST_DEPTH = AMX_CHUNK / 2 };
// Floats of a group's sums, [row][output of a panel].
enum { AMX_GROUP_SUMS = AMX_GROUP_ROWS * PANEL * BF16_LANES };

// Rows, in groups, times a panel of weights.
typedef struct {
  const pbk_bf16 *rows;
  size_t row_stride, chunk_stride;  // in values
  int chunk_count;                  // of input channels
  const int *taps;                  // offsets of what a row multiplies one after the other, in values
  int tap_count;
  int depth;                // pairs of a tap, as the tiles are configured
  const pbk_pair *weights;  // [chunk][tap][pair][vector][lane]
  int vectors;
  // Rows to compute; up to a group's size more are read. Of every `period` of them the first `width` are pixels of the map.
  int row_count, period, width;
  // Weights that come next, and how many lines of 64 bytes of them are fetched into the cache meanwhile.
  const char *ahead;
  int ahead_lines;
  // Sums of all groups, to go on from where `continues`, and to be left there unless `finishes`; NULL for those that begin
  // and end here.
  float *sums;
  bool continues, finishes;
  void *result;
  size_t result_row_stride, result_stride;  // between pixels, between output blocks, in values
  const float *bias;
  const pbk_bf16 *addend;  // lies as the result does; may be NULL
  const pbk_bf16_convolution *convolution;
} pbk_amx_product;

#if defined(__x86_64__)
// Tiles belong to a thread, and cost it time when it is interrupted: they are configured for an item and released after it.
void pbk_amx_configure(int depth);
void pbk_amx_release(void);
void pbk_amx_multiply(const pbk_amx_product *product);
// The largest of every two by two pixels of a block of channels; lines and columns are even in number.
void pbk_amx_pool(const pbk_bf16 *pixels, int lines, int columns, pbk_bf16 *pooled);

// `columns` pixels of `depth` pairs, one for every `step` pixels of two blocks of the source, of which the second may be
// NULL for zeros; those before `first` and from `end` on are zeros.
void pbk_amx_join_blocks(
    const pbk_bf16 *low, const pbk_bf16 *high, pbk_bf16 *joined, int depth, int first, int end, int columns, int step);
// `count` pixels of planes of floats as bf16, one pixel's channels after the other.
void pbk_amx_interleave(const float *planes, size_t plane, int channels, pbk_bf16 *pixels, int count);
#endif

// As those of products by vectors, for convolutions that say `amx`.
void pbk_amx_run_products(pbk_bf16_work *work);
size_t pbk_amx_products_scratch(const pbk_bf16_convolution *c);
size_t pbk_amx_weights_size(const pbk_bf16_convolution *c);
void pbk_amx_pack_products(const pbk_bf16_convolution *c, const float *weights, pbk_bf16 *packed, int panel);

#endif
