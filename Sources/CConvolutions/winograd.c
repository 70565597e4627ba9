#include "internal.h"

// Lavin & Gray 2015: tiles of the source and the weights are transformed, multiplied position by position, and what comes
// out is transformed back. With stride 2 every other row and column of the source meets two cells of the kernel, F(m, 2), and
// those between meet the middle one alone.

static void multiply_position(
    const pbk_work *work, const float *transformed, float *products, int position, int panel, int tile_count) {
  const pbk_convolution *c = work->operation;
  int block = c->block, inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = pbk_slot_count(c);
  static const int no_taps[1] = {0};
  pbk_product product = {
      .rows = transformed + (size_t)position * pbk_position_stride(inputs, slots, block),
      .row_stride = (size_t)block,
      .block_stride = (size_t)(slots * block),
      .block_count = inputs,
      .taps = no_taps,
      .tap_count = 1,
      .weights = work->weights
          + ((size_t)pbk_weight_position(c, position) * (size_t)outputs + (size_t)panel * PANEL) * (size_t)(inputs * block)
              * (size_t)block,
      .result = products + (size_t)position * pbk_position_stride(outputs, slots, block)
          + (size_t)panel * PANEL * (size_t)(slots * block),
      .result_row_stride = (size_t)block,
      .result_stride = (size_t)(slots * block)};
  int vectors = pbk_panel_width(c, panel);
  size_t panel_size = (size_t)(inputs * block) * (size_t)(vectors * block);
  // Groups of tiles read the same weights again and again, from a nearer cache.
  product.ahead = (const char *)(product.weights + panel_size);
  product.ahead_count = c->tile_group > 0 ? 0 : (int)(panel_size * sizeof(float) / 64);
  pbk_multiply_rows(work->kernels, product, vectors, tile_count);
}

static void run_tile_group(const pbk_work *work, int group, int thread) {
  const pbk_convolution *c = work->operation;
  int inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = pbk_slot_count(c), panels = pbk_panel_count(c);
  size_t transformed = pbk_transformed_count(c, inputs), all = transformed + pbk_transformed_count(c, outputs);
  float *tiles = work->scratch + (size_t)thread * all, *products = tiles + transformed;
  int first = group * slots, end = first + slots < pbk_tile_count(c) ? first + slots : pbk_tile_count(c);
  work->kernels->transform_input(c, work->source, tiles, first, end, slots, 0, inputs);
  for (int position = 0; position < pbk_positions(c); position++)
    for (int panel = 0; panel < panels; panel++)
      multiply_position(work, tiles, products, position, panel, end - first);
  work->kernels->transform_output(
      c, products, work->bias, work->addend, work->destination, first, end, slots, 0, outputs);
}

static void transform_input_block(const pbk_work *work, int block, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  work->kernels->transform_input(
      c, work->source, work->scratch, 0, pbk_tile_count(c), pbk_slot_count(c), block, block + 1);
}

// Panels of a position in few pieces, since weights are fetched ahead from panel to panel.
static int panel_pieces(const pbk_convolution *c) {
  int wanted = pbk_quotient(32 * c->threads, pbk_positions(c));
  return wanted < pbk_panel_count(c) ? wanted : pbk_panel_count(c);
}

static void multiply_panels(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  int panels = pbk_panel_count(c), pieces = panel_pieces(c), piece = item % pieces;
  float *products = work->scratch + pbk_transformed_count(c, pbk_input_blocks(c));
  for (int panel = piece * panels / pieces; panel < (piece + 1) * panels / pieces; panel++)
    multiply_position(work, work->scratch, products, item / pieces, panel, pbk_tile_count(c));
}

static void transform_output_block(const pbk_work *work, int block, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  const float *products = work->scratch + pbk_transformed_count(c, pbk_input_blocks(c));
  work->kernels->transform_output(
      c, products, work->bias, work->addend, work->destination, 0, pbk_tile_count(c), pbk_slot_count(c), block, block + 1);
}

void pbk_run_winograd(const pbk_work *work) {
  const pbk_convolution *c = work->operation;
  if (c->tile_group > 0) {
    pbk_parallel_for(work, pbk_quotient(pbk_tile_count(c), c->tile_group), c->threads, run_tile_group);
    return;
  }
  pbk_parallel_for(work, pbk_input_blocks(c), c->threads, transform_input_block);
  pbk_parallel_for(work, pbk_positions(c) * panel_pieces(c), c->threads, multiply_panels);
  pbk_parallel_for(work, pbk_output_blocks(c), c->threads, transform_output_block);
}
