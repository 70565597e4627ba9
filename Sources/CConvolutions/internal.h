#ifndef BLOCKED_KERNELS_INTERNAL_H
#define BLOCKED_KERNELS_INTERNAL_H

#include "CConvolutions.h"

#include <string.h>

// Weights are packed for pairs of output blocks (panels): a product keeps rows × 2 vectors of sums in registers.
enum { PANEL = 2, MOST_TAPS = 49, PEAK_CHAINS = 12 };

// Rows of one side times a panel of weights: what every algorithm spends its time in.
typedef struct {
  const float *rows;                 // first row, first channel
  size_t row_stride, block_stride;   // between rows, between channel blocks
  int block_count;                   // of input channels
  const int *taps;                   // offsets of the kernel's cells from a row
  int tap_count;
  const float *weights;              // [block][tap][channel][panel]
  float *result;
  size_t result_row_stride, result_stride;  // between rows, between output blocks
  bool continues;                    // adds to what the result holds
  // NULL where there is nothing to add, or to activate as the convolution says.
  const float *bias, *addend;        // addend lies as the result does
  const pbk_convolution *convolution;
  // Weights that come next, and how much of them is to be fetched into the cache meanwhile, in lines of 64 bytes.
  const char *ahead;
  int ahead_count;  // of a block of input channels, within a kernel
} pbk_product;

typedef void pbk_product_kernel(const pbk_product *product);

typedef struct {
  int lanes, most_rows;
  // By [vectors − 1][rows − 1].
  pbk_product_kernel *const (*products)[16];
  // The same, which fetch weights ahead.
  pbk_product_kernel *const (*fetching_products)[16];
  // The same for rows that lie one after the other, `lanes` floats each.
  pbk_product_kernel *const (*dense_products)[16];
  // The same with one channel instead of `lanes` in a block.
  pbk_product_kernel *const (*thin_products)[16];
  // Tiles first … end of the map, blocks first_block … end_block.
  void (*transform_input)(
      const pbk_convolution *, const float *source, float *transformed, int first_tile, int end_tile, int slots,
      int first_block, int end_block);
  void (*transform_output)(
      const pbk_convolution *, const float *products, const float *bias, const float *addend, float *destination,
      int first_tile, int end_tile, int slots, int first_block, int end_block);
  // The gradient of the output; panels first_panel … end_panel, [position][panel][tile][vectors].
  void (*transform_gradient)(
      const pbk_convolution *, const float *gradient, float *transformed, int first_tile, int end_tile, int slots,
      int first_panel, int end_panel);
  // From the form of packed weights to O × I × 3 × 3.
  void (*collect_weights)(
      const pbk_convolution *, const float *packed, float *weights, int first_panel, int end_panel);
  // One block of channels, the sum of its cells.
  void (*sum_cells)(const float *cells, size_t count, float *sums);
  // Panels first … end, all positions.
  void (*transform_weights)(
      const pbk_convolution *, const float *weights, float *packed, int first_panel, int end_panel);
  // Lines first … end, counted over images, blocks and rows.
  void (*pool)(const pbk_pooling *, const float *source, float *destination, int first_line, int end_line);
  // The same lines; windows do not share cells.
  void (*pool_gradient)(
      const pbk_pooling *, const float *source, const float *pooled, const float *gradient, float *result, int first_line,
      int end_line);
  // One map.
  void (*resize_gradient)(const pbk_resizing *, const float *gradient, float *result);
  // The gradient of some rows of the kernel, a vector of output channels a cell; the source is row-major, `zeros` a row of it.
  void (*sum_plain_cells)(
      const pbk_convolution *, const float *source, const float *gradient, const float *zeros, int input,
      int output_block, int first_row, int rows, float *result);
  // PEAK_CHAINS sums of one vector each, `rounds` times.
  void (*multiply_and_add)(float *sums, int rounds);
} pbk_kernels;

extern const pbk_kernels pbk_kernels_8, pbk_kernels_16;
#if defined(__x86_64__)
extern const pbk_kernels pbk_kernels_avx2, pbk_kernels_avx512;
#endif

const pbk_kernels *pbk_kernels_for(int block);

// What the items of a parallel loop share. No item writes where another does.
typedef struct pbk_work pbk_work;
struct pbk_work {
  const pbk_kernels *kernels;
  const void *operation;  // pbk_convolution, pbk_pooling or pbk_resizing
  const float *source, *weights, *bias, *addend;
  float *destination, *scratch;
  int taps[MOST_TAPS];
  int first_tile, end_tile;  // of the gradient of weights
};
typedef void pbk_item(const pbk_work *work, int item, int thread);
void pbk_parallel_for(const pbk_work *work, int item_count, int threads, pbk_item *run);

void pbk_run_winograd(const pbk_work *work);
void pbk_run_products(pbk_work *work);
// Rows in pieces of nearly one size, none larger than what fits the registers. Meanwhile `ahead_count` lines of memory from
// `ahead` are fetched.
void pbk_multiply_rows(const pbk_kernels *kernels, pbk_product product, int vectors, int row_count);

static inline int pbk_quotient(int count, int size) { return (count + size - 1) / size; }
static inline int pbk_input_blocks(const pbk_convolution *c) { return pbk_quotient(c->input_channels, c->block); }
static inline int pbk_output_blocks(const pbk_convolution *c) { return pbk_quotient(c->output_channels, c->block); }
static inline int pbk_tile_columns(const pbk_convolution *c) { return pbk_quotient(c->output_width, c->tile); }
static inline int pbk_tile_rows(const pbk_convolution *c) { return pbk_quotient(c->output_height, c->tile); }
static inline int pbk_tile_count(const pbk_convolution *c) {
  return c->batch * pbk_tile_rows(c) * pbk_tile_columns(c);
}
// Of the window of the source that a tile needs, and of its transform.
static inline int pbk_window_side(int tile, int stride) { return stride * tile + 3 - stride; }
static inline int pbk_side(const pbk_convolution *c) { return pbk_window_side(c->tile, c->stride); }
static inline int pbk_positions(const pbk_convolution *c) { return pbk_side(c) * pbk_side(c); }
// With stride 2 the last positions of a line share the weights of the kernel's middle cell.
static inline int pbk_weight_position(const pbk_convolution *c, int position) {
  int row = position / pbk_side(c), column = position % pbk_side(c), last = c->tile + 1;
  return (row < last ? row : last) * (c->tile + 2) + (column < last ? column : last);
}

static inline int pbk_panel_count(const pbk_convolution *c) { return pbk_quotient(pbk_output_blocks(c), PANEL); }
static inline int pbk_panel_width(const pbk_convolution *c, int panel) {
  int left = pbk_output_blocks(c) - panel * PANEL;
  return left < PANEL ? left : PANEL;
}

// Where the block of output channels `vector` of a panel starts for one input channel, at one position of a tile.
static inline size_t pbk_transformed_weight(const pbk_convolution *c, int panel, int input, int vector) {
  size_t inputs = (size_t)pbk_input_blocks(c) * (size_t)c->block, width = (size_t)pbk_panel_width(c, panel);
  return ((size_t)panel * PANEL * inputs + (size_t)input * width + (size_t)vector) * (size_t)c->block;
}

// Where the weights of an output and an input channel start, cell by cell, and the way to the next cell.
static inline const float *pbk_cells(const pbk_convolution *c, const float *weights, int output, int input, int *step) {
  size_t cells = (size_t)c->kernel * (size_t)c->kernel;
  *step = c->mirrored ? -1 : 1;
  if (c->mirrored) return weights + ((size_t)input * (size_t)c->output_channels + (size_t)output + 1) * cells - 1;
  return weights + ((size_t)output * (size_t)c->input_channels + (size_t)input) * cells;
}

// Floats between two positions of transformed tiles; the 16 keep positions off each other's cache sets.
static inline size_t pbk_position_stride(int blocks, int slots, int lanes) {
  return (size_t)blocks * (size_t)slots * (size_t)lanes + 16;
}

// Rows and columns of the source with its border of zeros, as far as the kernel reaches.
static inline int pbk_reach(const pbk_convolution *c) { return (c->kernel - 1) * c->dilation + 1; }
static inline int pbk_padded_height(const pbk_convolution *c) { return (c->output_height - 1) * c->stride + pbk_reach(c); }
static inline int pbk_padded_width(const pbk_convolution *c) { return (c->output_width - 1) * c->stride + pbk_reach(c); }

static inline bool pbk_needs_padded_copy(const pbk_convolution *c) {
  return c->padding > 0 || pbk_padded_height(c) > c->input_height || pbk_padded_width(c) > c->input_width;
}

static inline int pbk_slot_count(const pbk_convolution *c) { return c->tile_group > 0 ? c->tile_group : pbk_tile_count(c); }

static inline size_t pbk_transformed_count(const pbk_convolution *c, int blocks) {
  return (size_t)pbk_positions(c) * pbk_position_stride(blocks, pbk_slot_count(c), c->block);
}

#endif
