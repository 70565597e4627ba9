#include "bf16.h"

#include "CKernelRuntime.h"

// Winograd's minimal filtering as in winograd.c, with transforms and sums in floats and products in bf16.

#if defined(__x86_64__)

static size_t transformed_size(const pbk_convolution *c) {
  return pbk_transformed_count(c, pbk_input_blocks(c)) * sizeof(pbk_bf16);
}

static size_t sums_size(const pbk_convolution *c) {
  return pbk_transformed_count(c, pbk_output_blocks(c)) * sizeof(float);
}

size_t pbk_bf16_winograd_scratch(const pbk_convolution *c) {
  size_t sets = c->tile_group > 0 ? (size_t)c->threads : 1;
  return sets * (transformed_size(c) + sums_size(c));
}

static void multiply_position(
    const pbk_bf16_work *work, const pbk_bf16 *transformed, float *sums, int position, int panel, int tile_count) {
  const pbk_convolution *c = &work->convolution->shape;
  static const int no_taps[1] = {0};
  int inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = pbk_slot_count(c);
  int vectors = pbk_panel_width(c, panel);
  size_t pairs = (size_t)(inputs * BLOCK_PAIRS), panel_size = pairs * (size_t)(vectors * BF16_LANES) * sizeof(pbk_pair);
  pbk_bf16_product product = {
      .rows = transformed + (size_t)position * pbk_position_stride(inputs, slots, BF16_LANES),
      .row_stride = BF16_LANES,
      .block_stride = (size_t)(slots * BF16_LANES),
      .block_count = inputs,
      .taps = no_taps,
      .tap_count = 1,
      .depth = BLOCK_PAIRS,
      .weights = work->weights
          + ((size_t)pbk_weight_position(c, position) * (size_t)outputs + (size_t)panel * PANEL) * pairs * BF16_LANES,
      .sums = sums + (size_t)position * pbk_position_stride(outputs, slots, BF16_LANES)
          + (size_t)panel * PANEL * (size_t)(slots * BF16_LANES),
      .result_row_stride = BF16_LANES,
      .result_stride = (size_t)(slots * BF16_LANES)};
  product.ahead = (const char *)product.weights + panel_size;
  pbk_bf16_multiply_rows(product, vectors, tile_count, (int)(panel_size / 64));
}

static void run_tile_group(void *context, int group, int thread) {
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  int inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = pbk_slot_count(c);
  char *memory = work->scratch + (size_t)thread * (transformed_size(c) + sums_size(c));
  pbk_bf16 *tiles = (pbk_bf16 *)memory;
  float *sums = (float *)(memory + transformed_size(c));
  int first = group * slots, end = first + slots < pbk_tile_count(c) ? first + slots : pbk_tile_count(c);
  pbk_bf16_transform_input(c, work->source, tiles, first, end, slots, 0, inputs);
  for (int position = 0; position < pbk_positions(c); position++)
    for (int panel = 0; panel < pbk_panel_count(c); panel++)
      multiply_position(work, tiles, sums, position, panel, end - first);
  pbk_bf16_transform_output(
      work->convolution, sums, work->bias, work->addend, work->destination, first, end, slots, 0, outputs);
}

static void transform_input_block(void *context, int block, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  pbk_bf16_transform_input(
      c, work->source, (pbk_bf16 *)work->scratch, 0, pbk_tile_count(c), pbk_slot_count(c), block, block + 1);
}

// Panels of a position in few pieces, since weights are fetched ahead from panel to panel.
static int panel_pieces(const pbk_convolution *c) {
  int wanted = pbk_quotient(32 * c->threads, pbk_positions(c));
  return wanted < pbk_panel_count(c) ? wanted : pbk_panel_count(c);
}

static void multiply_panels(void *context, int item, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  int panels = pbk_panel_count(c), pieces = panel_pieces(c), piece = item % pieces;
  float *sums = (float *)(work->scratch + transformed_size(c));
  for (int panel = piece * panels / pieces; panel < (piece + 1) * panels / pieces; panel++)
    multiply_position(work, (const pbk_bf16 *)work->scratch, sums, item / pieces, panel, pbk_tile_count(c));
}

static void transform_output_block(void *context, int block, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  const float *sums = (const float *)(work->scratch + transformed_size(c));
  pbk_bf16_transform_output(
      work->convolution, sums, work->bias, work->addend, work->destination, 0, pbk_tile_count(c), pbk_slot_count(c), block,
      block + 1);
}

void pbk_bf16_run_winograd(pbk_bf16_work *work) {
  const pbk_convolution *c = &work->convolution->shape;
  if (c->tile_group > 0) {
    pkr_parallel_for(pbk_quotient(pbk_tile_count(c), c->tile_group), c->threads, run_tile_group, work);
    return;
  }
  pkr_parallel_for(pbk_input_blocks(c), c->threads, transform_input_block, work);
  pkr_parallel_for(pbk_positions(c) * panel_pieces(c), c->threads, multiply_panels, work);
  pkr_parallel_for(pbk_output_blocks(c), c->threads, transform_output_block, work);
}

#endif
