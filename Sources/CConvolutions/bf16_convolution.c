#include "amx.h"

#include "CKernelRuntime.h"

// Convolutions in bf16: memory, packing, and the choice between products and tiles.

#if defined(__x86_64__)

// The network's own input is packed for vectors and for tiles alike.
static bool uses_amx(const pbk_bf16_convolution *c) { return c->amx && c->shape.tile == 0; }

size_t pbk_bf16_weights_size(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  if (uses_amx(convolution)) return pbk_amx_weights_size(convolution);
  size_t outputs = (size_t)(pbk_output_blocks(c) * BF16_LANES);
  if (convolution->plain_source)
    return (size_t)(c->kernel * pbk_bf16_thin_depth(c)) * outputs * sizeof(pbk_pair);
  return pbk_weights_count(c) * sizeof(pbk_bf16);
}

size_t pbk_bf16_scratch_size(const pbk_bf16_convolution *c) {
  if (uses_amx(c)) return pbk_amx_products_scratch(c);
  return c->shape.tile > 0 ? pbk_bf16_winograd_scratch(&c->shape) : pbk_bf16_products_scratch(c);
}

typedef struct {
  const pbk_bf16_convolution *convolution;
  const float *weights;
  void *packed;
} packing;

static void pack_panel(void *context, int panel, int thread) {
  (void)thread;
  const packing *work = context;
  if (work->convolution->shape.tile > 0)
    pbk_bf16_transform_weights(&work->convolution->shape, work->weights, work->packed, panel);
  else if (work->convolution->amx && !work->convolution->plain_source)
    pbk_amx_pack_products(work->convolution, work->weights, work->packed, panel);
  else
    pbk_bf16_pack_products(work->convolution, work->weights, work->packed, panel);
}

void pbk_bf16_pack_weights(const pbk_bf16_convolution *c, const float *weights, void *packed) {
  packing work = {c, weights, packed};
  pkr_parallel_for(pbk_panel_count(&c->shape), c->shape.threads, pack_panel, &work);
}

void pbk_bf16_run(
    const pbk_bf16_convolution *c, const void *source, const void *weights, const float *bias, const void *addend,
    void *destination, void *scratch) {
  pbk_bf16_work work = {
      .convolution = c, .source = source, .weights = weights, .bias = bias, .addend = addend, .destination = destination,
      .scratch = scratch};
  if (c->shape.tile > 0)
    pbk_bf16_run_winograd(&work);
  else if (c->amx)
    pbk_amx_run_products(&work);
  else
    pbk_bf16_run_products(&work);
}

void pbk_bf16_multiply_rows(pbk_bf16_product product, int vectors, int row_count, int ahead_lines) {
  bool is_thin = product.depth != BLOCK_PAIRS;
  pbk_bf16_product_kernel *const *multiply = (is_thin ? pbk_bf16_thin_products : pbk_bf16_products)[vectors - 1];
  int pieces = pbk_quotient(row_count, BF16_ROWS), taps = product.block_count * product.tap_count;
  size_t value_size = product.sums != NULL || product.convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  product.ahead_count = pbk_quotient(ahead_lines, pieces * taps);
  for (int index = 0, row = 0; index < pieces; index++) {
    int end = (int)((long)row_count * (index + 1) / pieces), rows = end - row;
    if (product.ahead_count * taps > ahead_lines) product.ahead_count = ahead_lines / taps;
    multiply[rows - 1](&product);
    size_t passed = (size_t)rows * product.result_row_stride;
    product.rows += (size_t)rows * product.row_stride;
    if (product.begun != NULL) product.begun += passed;
    if (product.sums != NULL) product.sums += passed;
    else product.result = (char *)product.result + passed * value_size;
    if (product.addend != NULL) product.addend += passed;
    product.ahead += (size_t)(product.ahead_count * taps) * 64;
    ahead_lines -= product.ahead_count * taps;
    row = end;
  }
}

#else

// Nothing creates such convolutions elsewhere.
size_t pbk_bf16_weights_size(const pbk_bf16_convolution *c) { (void)c; return 0; }
size_t pbk_bf16_scratch_size(const pbk_bf16_convolution *c) { (void)c; return 0; }
void pbk_bf16_pack_weights(const pbk_bf16_convolution *c, const float *weights, void *packed) {
  (void)c, (void)weights, (void)packed;
}
void pbk_bf16_run(
    const pbk_bf16_convolution *c, const void *source, const void *weights, const float *bias, const void *addend,
    void *destination, void *scratch) {
  (void)c, (void)source, (void)weights, (void)bias, (void)addend, (void)destination, (void)scratch;
}

#endif
