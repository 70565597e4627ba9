#include "internal.h"

// Lines that a thread takes at once.
enum { LINES = 16 };

static int line_count(const pbk_pooling *pooling) {
  return pooling->batch * pbk_quotient(pooling->channels, pooling->block) * pooling->output_height;
}

static void pool_lines(const pbk_work *work, int item, int thread) {
  (void)thread;
  int first = item * LINES, end = line_count(work->operation);
  if (end > first + LINES) end = first + LINES;
  work->kernels->pool(work->operation, work->source, work->destination, first, end);
}

void pbk_pool(const pbk_pooling *pooling, const float *source, float *destination) {
  pbk_work work = {
      .kernels = pbk_kernels_for(pooling->block), .operation = pooling, .source = source, .destination = destination};
  pbk_parallel_for(&work, pbk_quotient(line_count(pooling), LINES), pooling->threads, pool_lines);
}

static void spread_lines(const pbk_work *work, int item, int thread) {
  (void)thread;
  int first = item * LINES, end = line_count(work->operation);
  if (end > first + LINES) end = first + LINES;
  work->kernels->pool_gradient(
      work->operation, work->source, work->weights, work->addend, work->destination, first, end);
}

void pbk_pool_gradient(
    const pbk_pooling *pooling, const float *source, const float *pooled, const float *destination_gradient,
    float *source_gradient) {
  pbk_work work = {
      .kernels = pbk_kernels_for(pooling->block), .operation = pooling, .source = source, .weights = pooled,
      .addend = destination_gradient, .destination = source_gradient};
  pbk_parallel_for(&work, pbk_quotient(line_count(pooling), LINES), pooling->threads, spread_lines);
}
