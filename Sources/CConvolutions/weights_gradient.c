#include "internal.h"

// The transpose of what Winograd's convolution does to its weights: transformed tiles of the source times transformed tiles
// of the output's gradient, summed over the tiles, give the gradient of the transformed weights.

static size_t source_count(const pbk_convolution *c) {
  return (size_t)pbk_positions(c) * pbk_position_stride(pbk_input_blocks(c), c->tile_group, c->block);
}

static size_t gradient_count(const pbk_convolution *c) {
  return (size_t)pbk_positions(c) * pbk_position_stride(pbk_output_blocks(c), c->tile_group, c->block);
}

size_t pbk_gradient_scratch_count(const pbk_convolution *c) {
  return source_count(c) + gradient_count(c) + pbk_weights_count(c);
}

static void transform_source(const pbk_work *work, int block, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  work->kernels->transform_input(
      c, work->source, work->scratch, work->first_tile, work->end_tile, c->tile_group, block, block + 1);
}

static void transform_gradient(const pbk_work *work, int panel, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  work->kernels->transform_gradient(
      c, work->weights, work->scratch + source_count(c), work->first_tile, work->end_tile, c->tile_group, panel, panel + 1);
}

static void multiply(const pbk_work *work, int item, int thread) {
  (void)thread;
  static const int no_taps[1] = {0};
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, slots = (size_t)c->tile_group;
  int panels = pbk_panel_count(c), position = item / panels, panel = item % panels;
  size_t inputs = (size_t)pbk_input_blocks(c), outputs = (size_t)pbk_output_blocks(c);
  size_t vectors = (size_t)pbk_panel_width(c, panel), rows = (size_t)work->kernels->most_rows < block / 2 ? 4 : block / 2;
  size_t pieces = block / rows;
  const float *source = work->scratch + (size_t)position * pbk_position_stride((int)inputs, (int)slots, (int)block);
  float *sums = work->scratch + source_count(c) + gradient_count(c)
      + ((size_t)position * outputs + (size_t)panel * PANEL) * inputs * block * block;
  for (size_t piece = 0; piece < pieces * inputs; piece++) {
    pbk_product product = {
        .rows = source + piece / pieces * slots * block + piece % pieces * rows,
        .row_stride = 1,
        .block_stride = block,
        .block_count = work->end_tile - work->first_tile,
        .taps = no_taps,
        .tap_count = 1,
        .weights = work->scratch + source_count(c)
            + (size_t)position * pbk_position_stride((int)outputs, (int)slots, (int)block)
            + (size_t)panel * PANEL * slots * block,
        .result = sums + piece * rows * vectors * block,
        .result_row_stride = vectors * block,
        .result_stride = block,
        .continues = work->first_tile > 0};
    work->kernels->thin_products[vectors - 1][rows - 1](&product);
  }
}

static void collect_weights(const pbk_work *work, int panel, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  work->kernels->collect_weights(
      c, work->scratch + source_count(c) + gradient_count(c), work->destination, panel, panel + 1);
}

static void sum_channels(const pbk_convolution *c, const pbk_kernels *kernels, const float *gradient, float *bias) {
  size_t block = (size_t)c->block, blocks = (size_t)pbk_output_blocks(c);
  size_t cells = (size_t)c->output_height * (size_t)c->output_width;
  for (size_t index = 0; index < blocks; index++) {
    float sums[16] = {0};
    for (size_t image = 0; image < (size_t)c->batch; image++)
      kernels->sum_cells(gradient + (image * blocks + index) * cells * block, cells, sums);
    size_t first = index * block, left = (size_t)c->output_channels - first;
    memcpy(bias + first, sums, (left < block ? left : block) * sizeof(float));
  }
}

void pbk_weights_gradient(
    const pbk_convolution *c, const float *source, const float *destination_gradient, float *weights, float *bias,
    float *scratch) {
  pbk_work work = {
      .kernels = pbk_kernels_for(c->block), .operation = c, .source = source, .weights = destination_gradient,
      .destination = weights, .scratch = scratch};
  int count = pbk_tile_count(c);
  for (; work.first_tile < count; work.first_tile = work.end_tile) {
    work.end_tile = work.first_tile + c->tile_group < count ? work.first_tile + c->tile_group : count;
    pbk_parallel_for(&work, pbk_input_blocks(c), c->threads, transform_source);
    pbk_parallel_for(&work, pbk_panel_count(c), c->threads, transform_gradient);
    pbk_parallel_for(&work, pbk_positions(c) * pbk_panel_count(c), c->threads, multiply);
  }
  pbk_parallel_for(&work, pbk_panel_count(c), c->threads, collect_weights);
  if (bias != NULL) sum_channels(c, work.kernels, destination_gradient, bias);
}
