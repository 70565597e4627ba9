#include "internal.h"

// ---- memory -----------------------------------------------------------------------------------------------

size_t pbk_weights_count(const pbk_convolution *c) {
  size_t side = (size_t)(c->tile > 0 ? c->tile + 2 : c->kernel), cells = side * side;
  return cells * (size_t)(pbk_input_blocks(c) * c->block) * (size_t)(pbk_output_blocks(c) * c->block);
}

size_t pbk_bias_count(const pbk_convolution *c) { return (size_t)(pbk_output_blocks(c) * c->block); }

size_t pbk_scratch_count(const pbk_convolution *c) {
  if (c->tile > 0) {
    size_t sets = c->tile_group > 0 ? (size_t)c->threads : 1;
    return sets * (pbk_transformed_count(c, pbk_input_blocks(c)) + pbk_transformed_count(c, pbk_output_blocks(c)));
  }
  if (!pbk_needs_padded_copy(c)) return 0;
  return (size_t)c->batch * (size_t)(pbk_input_blocks(c) * c->block) * (size_t)pbk_padded_height(c)
      * (size_t)pbk_padded_width(c);
}

void pbk_pack_bias(const pbk_convolution *c, const float *bias, float *packed) {
  memset(packed, 0, pbk_bias_count(c) * sizeof(float));
  if (bias != NULL) memcpy(packed, bias, (size_t)c->output_channels * sizeof(float));
}

// ---- packing ----------------------------------------------------------------------------------------------

static void pack_plain(const pbk_convolution *c, const float *weights, float *packed, int panel) {
  int block = c->block, cells = c->kernel * c->kernel, inputs = pbk_input_blocks(c) * block;
  int vectors = pbk_panel_width(c, panel);
  packed += (size_t)panel * PANEL * (size_t)block * (size_t)inputs * (size_t)cells;
  for (int first = 0; first < inputs; first += block)
    for (int cell = 0; cell < cells; cell++)
      for (int channel = first; channel < first + block; channel++)
        for (int lane = 0; lane < vectors * block; lane++) {
          int output = panel * PANEL * block + lane;
          bool exists = channel < c->input_channels && output < c->output_channels;
          int step;
          const float *first_cell = pbk_cells(c, weights, output, channel, &step);
          *packed++ = exists ? first_cell[cell * step] : 0;
        }
}

static void pack_panel(const pbk_work *work, int panel, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  if (c->tile > 0)
    work->kernels->transform_weights(c, work->weights, work->destination, panel, panel + 1);
  else
    pack_plain(c, work->weights, work->destination, panel);
}

void pbk_pack_weights(const pbk_convolution *c, const float *weights, float *packed) {
  pbk_work work = {.operation = c, .kernels = pbk_kernels_for(c->block), .weights = weights, .destination = packed};
  pbk_parallel_for(&work, pbk_panel_count(c), c->threads, pack_panel);
}

void pbk_run(
    const pbk_convolution *c, const float *source, const float *weights, const float *bias, const float *addend,
    float *destination, float *scratch) {
  pbk_work work = {
      .operation = c, .kernels = pbk_kernels_for(c->block), .source = source, .weights = weights, .bias = bias,
      .addend = addend, .destination = destination, .scratch = scratch};
  if (c->tile > 0)
    pbk_run_winograd(&work);
  else
    pbk_run_products(&work);
}
