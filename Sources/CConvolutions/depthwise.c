#include "depthwise.h"

#include "CKernelRuntime.h"

static const pbk_depthwise_kernels *kernels_for(int block) {
#if defined(__x86_64__)
  if (block == 16 && pkr_has_avx512()) return &pbk_depthwise_kernels_avx512;
  if (block == 8 && pkr_has_avx2()) return &pbk_depthwise_kernels_avx2;
#endif
  return block == 16 ? &pbk_depthwise_kernels_16 : &pbk_depthwise_kernels_8;
}

static int block_count(const pbk_depthwise *d) { return pbk_quotient(d->channels, d->block); }
static size_t cell_count(const pbk_depthwise *d) { return (size_t)d->kernel * (size_t)d->kernel; }
static size_t input_plane(const pbk_depthwise *d) {
  return (size_t)d->input_height * (size_t)d->input_width * (size_t)d->block;
}
static size_t output_plane(const pbk_depthwise *d) {
  return (size_t)d->output_height * (size_t)d->output_width * (size_t)d->block;
}

// ---- packing ----------------------------------------------------------------------------------------------

size_t pbk_depthwise_weights_count(const pbk_depthwise *d) {
  return (size_t)block_count(d) * cell_count(d) * (size_t)d->block;
}

size_t pbk_depthwise_bias_count(const pbk_depthwise *d) { return (size_t)(block_count(d) * d->block); }

void pbk_depthwise_pack_weights(const pbk_depthwise *d, bool mirrored, const float *weights, float *packed) {
  size_t cells = cell_count(d), block = (size_t)d->block;
  memset(packed, 0, pbk_depthwise_weights_count(d) * sizeof(float));
  for (size_t channel = 0; channel < (size_t)d->channels; channel++)
    for (size_t cell = 0; cell < cells; cell++)
      packed[(channel / block * cells + (mirrored ? cells - 1 - cell : cell)) * block + channel % block] =
          weights[channel * cells + cell];
}

void pbk_depthwise_pack_bias(const pbk_depthwise *d, const float *bias, float *packed) {
  memset(packed, 0, pbk_depthwise_bias_count(d) * sizeof(float));
  if (bias != NULL) memcpy(packed, bias, (size_t)d->channels * sizeof(float));
}

// ---- forward and the gradient of the source ---------------------------------------------------------------

typedef struct {
  const pbk_depthwise *depthwise;
  const pbk_depthwise_kernels *kernels;
  pbk_depthwise_lines *lines;
  int pieces;  // of every block of channels
} job;

// As few as keep all threads busy to the end.
static int piece_count(const pbk_depthwise *d, int lines) {
  int planes = d->batch * block_count(d), wanted = 4 * d->threads;
  if (d->threads == 1 || planes >= wanted) return 1;
  int pieces = pbk_quotient(wanted, planes);
  return pieces < lines ? pieces : lines;
}

static void convolve(const pbk_work *work, int item, int thread) {
  (void)thread;
  const job *j = work->operation;
  const pbk_depthwise *d = j->depthwise;
  int plane = item / j->pieces, piece = item % j->pieces, channels = plane % block_count(d);
  size_t place = (size_t)plane * output_plane(d);
  j->lines(
      d, work->source + (size_t)plane * input_plane(d),
      work->weights + (size_t)channels * cell_count(d) * (size_t)d->block, work->bias + channels * d->block,
      work->addend == NULL ? NULL : work->addend + place, work->destination + place,
      d->output_height * piece / j->pieces, d->output_height * (piece + 1) / j->pieces);
}

void pbk_depthwise_run(
    const pbk_depthwise *d, const float *source, const float *weights, const float *bias, const float *addend,
    float *destination) {
  // Groups of nearly one size, so that little is computed twice.
  int groups = pbk_quotient(d->output_width, DEPTHWISE_COLUMNS), columns = pbk_quotient(d->output_width, groups);
  const pbk_depthwise_kernels *kernels = kernels_for(d->block);
  job j = {d, kernels, kernels->lines[d->kernel == 5][d->stride - 1][columns - 1], piece_count(d, d->output_height)};
  pbk_work work = {
      .operation = &j, .source = source, .weights = weights, .bias = bias, .addend = addend,
      .destination = destination};
  pbk_parallel_for(&work, d->batch * block_count(d) * j.pieces, d->threads, convolve);
}

static void spread(const pbk_work *work, int item, int thread) {
  (void)thread;
  const job *j = work->operation;
  const pbk_depthwise *d = j->depthwise;
  int plane = item / j->pieces, piece = item % j->pieces, channels = plane % block_count(d);
  j->kernels->spread[d->kernel == 5](
      d, work->source + (size_t)plane * output_plane(d),
      work->weights + (size_t)channels * cell_count(d) * (size_t)d->block,
      work->destination + (size_t)plane * input_plane(d), d->input_height * piece / j->pieces,
      d->input_height * (piece + 1) / j->pieces);
}

void pbk_depthwise_source_gradient(
    const pbk_depthwise *d, const float *gradient, const float *weights, float *source_gradient) {
  job j = {d, kernels_for(d->block), NULL, piece_count(d, d->input_height)};
  pbk_work work = {.operation = &j, .source = gradient, .weights = weights, .destination = source_gradient};
  pbk_parallel_for(&work, d->batch * block_count(d) * j.pieces, d->threads, spread);
}

// ---- the gradient of the weights --------------------------------------------------------------------------

// Lines whose products are summed up by one thread; what it depends on is the shape alone, for the sake of the result.
static int gradient_lines(const pbk_depthwise *d) {
  int lines = pbk_quotient(2048, d->output_width);
  return lines < d->output_height ? lines : d->output_height;
}

static int gradient_pieces(const pbk_depthwise *d) { return pbk_quotient(d->output_height, gradient_lines(d)); }
static size_t sums_count(const pbk_depthwise *d) { return (cell_count(d) + 1) * (size_t)d->block; }
static size_t zeros_count(const pbk_depthwise *d) { return (size_t)d->input_width * (size_t)d->block; }

size_t pbk_depthwise_gradient_scratch_count(const pbk_depthwise *d) {
  return zeros_count(d) + (size_t)(d->batch * block_count(d) * gradient_pieces(d)) * sums_count(d);
}

static void sum_products(const pbk_work *work, int item, int thread) {
  (void)thread;
  const job *j = work->operation;
  const pbk_depthwise *d = j->depthwise;
  int plane = item / j->pieces, first = item % j->pieces * gradient_lines(d), end = first + gradient_lines(d);
  j->kernels->gradient(
      d, work->source + (size_t)plane * input_plane(d), work->weights + (size_t)plane * output_plane(d), work->scratch,
      work->scratch + zeros_count(d) + (size_t)item * sums_count(d), first,
      end < d->output_height ? end : d->output_height);
}

// One block of channels: the sums of all images and pieces, in their order.
static void collect(const pbk_work *work, const job *j, int channels, float *weights, float *bias) {
  const pbk_depthwise *d = j->depthwise;
  size_t cells = cell_count(d), block = (size_t)d->block, first = (size_t)channels * block;
  float totals[(MOST_DEPTHWISE_KERNEL * MOST_DEPTHWISE_KERNEL + 1) * 16] = {0};
  for (int image = 0; image < d->batch; image++)
    for (int piece = 0; piece < j->pieces; piece++) {
      const float *sums = work->scratch + zeros_count(d)
          + (size_t)((image * block_count(d) + channels) * j->pieces + piece) * sums_count(d);
      for (size_t index = 0; index < sums_count(d); index++) totals[index] += sums[index];
    }
  for (size_t lane = 0; lane < block && first + lane < (size_t)d->channels; lane++) {
    for (size_t cell = 0; cell < cells; cell++) weights[(first + lane) * cells + cell] = totals[cell * block + lane];
    if (bias != NULL) bias[first + lane] = totals[cells * block + lane];
  }
}

void pbk_depthwise_weights_gradient(
    const pbk_depthwise *d, const float *source, const float *gradient, float *weights, float *bias, float *scratch) {
  job j = {d, kernels_for(d->block), NULL, gradient_pieces(d)};
  pbk_work work = {.operation = &j, .source = source, .weights = gradient, .scratch = scratch};
  memset(scratch, 0, zeros_count(d) * sizeof(float));
  pbk_parallel_for(&work, d->batch * block_count(d) * j.pieces, d->threads, sum_products);
  for (int channels = 0; channels < block_count(d); channels++) collect(&work, &j, channels, weights, bias);
}
