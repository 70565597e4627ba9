#include "internal.h"

// The gradient of a convolution's weights, in two ways.

static const int no_taps[1] = {0};

// ---- by Winograd's tiles ----------------------------------------------------------------------------------

// The transpose of what Winograd's convolution does to its weights: transformed tiles of the source times transformed tiles
// of the output's gradient, summed over the tiles, give the gradient of the transformed weights.

static size_t source_count(const pbk_convolution *c) {
  return (size_t)pbk_positions(c) * pbk_position_stride(pbk_input_blocks(c), c->tile_group, c->block);
}

static size_t gradient_count(const pbk_convolution *c) {
  return (size_t)pbk_positions(c) * pbk_position_stride(pbk_output_blocks(c), c->tile_group, c->block);
}

static size_t winograd_scratch_count(const pbk_convolution *c) {
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

static void by_tiles(pbk_work *work, const pbk_convolution *c) {
  int count = pbk_tile_count(c);
  for (; work->first_tile < count; work->first_tile = work->end_tile) {
    work->end_tile = work->first_tile + c->tile_group < count ? work->first_tile + c->tile_group : count;
    pbk_parallel_for(work, pbk_input_blocks(c), c->threads, transform_source);
    pbk_parallel_for(work, pbk_panel_count(c), c->threads, transform_gradient);
    pbk_parallel_for(work, pbk_positions(c) * pbk_panel_count(c), c->threads, multiply);
  }
  pbk_parallel_for(work, pbk_panel_count(c), c->threads, collect_weights);
}

// ---- by products ------------------------------------------------------------------------------------------

// For every cell of the kernel: a block of the source's channels times a block of the gradient's, summed over the places
// where both lie inside of their maps.

static size_t sums_count(const pbk_convolution *c) {
  return (size_t)c->kernel * (size_t)c->kernel * (size_t)c->block * (size_t)c->block;
}

// Along one axis the output's places first … end - 1 that a cell of the kernel takes to places of the source.
static int places(const pbk_convolution *c, int cell, int input, int output, int *first) {
  int offset = cell * c->dilation - c->padding;
  int last = input - 1 - offset;
  *first = offset < 0 ? pbk_quotient(-offset, c->stride) : 0;
  int end = last < 0 ? 0 : last / c->stride + 1;
  return end < output ? end : output;
}

// Sums of a cell: [input channel][output channel].
static void sum_cell(
    const pbk_work *work, int input_block, int output_block, int cell_row, int cell_column, float *sums) {
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, rows = (size_t)work->kernels->most_rows < block / 2 ? 4 : block / 2;
  int first_row, first_column;
  int end_row = places(c, cell_row, c->input_height, c->output_height, &first_row);
  int end_column = places(c, cell_column, c->input_width, c->output_width, &first_column);
  size_t column = (size_t)(first_column * c->stride + cell_column * c->dilation - c->padding);
  bool continues = false;
  for (int image = 0; image < c->batch && first_column < end_column; image++) {
    size_t source_map = (size_t)(image * pbk_input_blocks(c) + input_block) * (size_t)c->input_height;
    size_t gradient_map = (size_t)(image * pbk_output_blocks(c) + output_block) * (size_t)c->output_height;
    for (int row = first_row; row < end_row; row++, continues = true) {
      size_t source_row = source_map + (size_t)(row * c->stride + cell_row * c->dilation - c->padding);
      for (size_t channel = 0; channel < block; channel += rows) {
        pbk_product product = {
            .rows = work->source + (source_row * (size_t)c->input_width + column) * block + channel,
            .row_stride = 1,
            .block_stride = (size_t)c->stride * block,
            .block_count = end_column - first_column,
            .taps = no_taps,
            .tap_count = 1,
            .weights = work->weights
                + ((gradient_map + (size_t)row) * (size_t)c->output_width + (size_t)first_column) * block,
            .result = sums + channel * block,
            .result_row_stride = block,
            .result_stride = block,
            .continues = continues};
        work->kernels->thin_products[0][rows - 1](&product);
      }
    }
  }
  if (!continues) memset(sums, 0, block * block * sizeof(float));
}

static void sum_blocks(const pbk_work *work, int item, int thread) {
  const pbk_convolution *c = work->operation;
  int block = c->block, cells = c->kernel * c->kernel;
  int input_block = item % pbk_input_blocks(c), output_block = item / pbk_input_blocks(c);
  float *sums = work->scratch + (size_t)thread * sums_count(c);
  for (int cell = 0; cell < cells; cell++)
    sum_cell(
        work, input_block, output_block, cell / c->kernel, cell % c->kernel, sums + (size_t)cell * (size_t)(block * block));
  for (int output = 0; output < block && output_block * block + output < c->output_channels; output++)
    for (int input = 0; input < block && input_block * block + input < c->input_channels; input++) {
      size_t kernel = (size_t)(output_block * block + output) * (size_t)c->input_channels
          + (size_t)(input_block * block + input);
      for (int cell = 0; cell < cells; cell++)
        work->destination[kernel * (size_t)cells + (size_t)cell] = sums[(cell * block + input) * block + output];
    }
}

// ---- both -------------------------------------------------------------------------------------------------

size_t pbk_gradient_scratch_count(const pbk_convolution *c) {
  return c->tile > 0 ? winograd_scratch_count(c) : (size_t)c->threads * sums_count(c);
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
  if (c->tile > 0)
    by_tiles(&work, c);
  else
    pbk_parallel_for(&work, pbk_input_blocks(c) * pbk_output_blocks(c), c->threads, sum_blocks);
  if (bias != NULL) sum_channels(c, work.kernels, destination_gradient, bias);
}

// ---- of a row-major map -----------------------------------------------------------------------------------

// Rows of the kernel whose sums stay in registers.
static int plain_rows(const pbk_convolution *c) { return c->kernel <= 3 ? c->kernel : 1; }

// A row of zeros, and for every thread the sums of some rows.
static size_t zeros_count(const pbk_convolution *c) { return ((size_t)c->input_width + 15) / 16 * 16; }
static size_t plain_sums_count(const pbk_convolution *c) {
  return (size_t)(plain_rows(c) * c->kernel * c->block + 15) / 16 * 16;
}

size_t pbk_plain_gradient_scratch_count(const pbk_convolution *c) {
  return zeros_count(c) + (size_t)c->threads * plain_sums_count(c);
}

static void sum_plain_rows(const pbk_work *work, int item, int thread) {
  const pbk_convolution *c = work->operation;
  int rows = plain_rows(c), pieces = c->kernel / rows, block = c->block;
  int piece = item % pieces, input = item / pieces % c->input_channels, output_block = item / pieces / c->input_channels;
  float *sums = work->scratch + zeros_count(c) + (size_t)thread * plain_sums_count(c);
  work->kernels->sum_plain_cells(
      c, work->source, work->weights, work->scratch, input, output_block, piece * rows, rows, sums);
  for (int output = 0; output < block && output_block * block + output < c->output_channels; output++) {
    size_t kernel = (size_t)(output_block * block + output) * (size_t)c->input_channels + (size_t)input;
    float *cells = work->destination + (kernel * (size_t)c->kernel + (size_t)(piece * rows)) * (size_t)c->kernel;
    for (int cell = 0; cell < rows * c->kernel; cell++) cells[cell] = sums[cell * block + output];
  }
}

void pbk_plain_weights_gradient(
    const pbk_convolution *c, const float *source, const float *destination_gradient, float *weights, float *bias,
    float *scratch) {
  pbk_work work = {
      .kernels = pbk_kernels_for(c->block), .operation = c, .source = source, .weights = destination_gradient,
      .destination = weights, .scratch = scratch};
  memset(scratch, 0, zeros_count(c) * sizeof(float));
  int items = pbk_output_blocks(c) * c->input_channels * (c->kernel / plain_rows(c));
  pbk_parallel_for(&work, items, c->threads, sum_plain_rows);
  if (bias != NULL) sum_channels(c, work.kernels, destination_gradient, bias);
}
