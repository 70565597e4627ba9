#include "normalization.h"

#include "CKernelRuntime.h"

#include <math.h>

// Cells of which a sum is formed in single precision; two maps' fit the first-level cache.
enum { PIECE = 256 };

static const pbk_normalization_kernels *kernels_for(int block) {
#if defined(__x86_64__)
  if (block == 16 && pkr_has_avx512()) return &pbk_normalization_kernels_avx512;
  if (block == 8 && pkr_has_avx2()) return &pbk_normalization_kernels_avx2;
#endif
  return block == 16 ? &pbk_normalization_kernels_16 : &pbk_normalization_kernels_8;
}

static int block_count(const pbk_normalization *n) { return pbk_quotient(n->channels, n->block); }
static int piece_count(const pbk_normalization *n) { return pbk_quotient(n->cells, PIECE); }
static size_t plane(const pbk_normalization *n) { return (size_t)n->cells * (size_t)n->block; }

// Two values a piece of every map, and the factors of every block.
size_t pbk_normalization_scratch_count(const pbk_normalization *n) {
  size_t pieces = (size_t)(n->batch * piece_count(n)) * 2 + FACTORS;
  return pieces * (size_t)(block_count(n) * n->block);
}

typedef struct {
  const pbk_normalization *normalization;
  const pbk_normalization_kernels *kernels;
  const float *source, *scale, *shift, *addend, *gradient;
  float *destination, *mean, *variance, *scale_gradient, *shift_gradient, *scratch;
} job;

static float *factors_of(const job *j, int channels) {
  return j->scratch + (size_t)channels * FACTORS * (size_t)j->normalization->block;
}

// Where the values of a block's pieces start, image by image.
static float *values_of(const job *j, int channels, int image) {
  const pbk_normalization *n = j->normalization;
  size_t block = (size_t)n->block, pieces = (size_t)piece_count(n);
  return j->scratch + (size_t)block_count(n) * FACTORS * block
      + ((size_t)channels * (size_t)n->batch + (size_t)image) * pieces * 2 * block;
}

static size_t place(const job *j, int channels, int image) {
  return (size_t)(image * block_count(j->normalization) + channels) * plane(j->normalization);
}

static int piece_size(const pbk_normalization *n, int piece) {
  return n->cells - piece * PIECE < PIECE ? n->cells - piece * PIECE : PIECE;
}

static void set_factors(const job *j, int channels) {
  const pbk_normalization *n = j->normalization;
  int block = n->block;
  float *factors = factors_of(j, channels);
  memset(factors, 0, FACTORS * (size_t)block * sizeof(float));
  for (int lane = 0, channel = channels * block; lane < block && channel < n->channels; lane++, channel++) {
    float factor = j->scale[channel] / sqrtf(j->variance[channel] + n->epsilon);
    factors[lane] = factor;
    factors[block + lane] = j->shift[channel] - j->mean[channel] * factor;
    factors[2 * block + lane] = j->mean[channel];
  }
}

// ---- forward ----------------------------------------------------------------------------------------------

static void take_moments(const job *j, int channels, int image) {
  const pbk_normalization *n = j->normalization;
  size_t block = (size_t)n->block;
  const float *cells = j->source + place(j, channels, image);
  float *values = values_of(j, channels, image);
  for (int piece = 0; piece < piece_count(n); piece++, values += 2 * block)
    j->kernels->moments(cells + (size_t)piece * PIECE * block, piece_size(n, piece), values, values + block);
}

// The moments of all pieces from those of each (Chan, Golub & LeVeque 1983, equation 2.1).
static void join_moments(const job *j, int channels) {
  const pbk_normalization *n = j->normalization;
  int block = n->block;
  double means[16] = {0}, squares[16] = {0}, count = 0;
  for (int image = 0; image < n->batch; image++) {
    const float *values = values_of(j, channels, image);
    for (int piece = 0; piece < piece_count(n); piece++, values += 2 * block) {
      double size = piece_size(n, piece), share = size / (count + size);
      for (int lane = 0; lane < block; lane++) {
        double distance = (double)values[lane] - means[lane];
        means[lane] += distance * share;
        squares[lane] += (double)values[block + lane] + distance * distance * count * share;
      }
      count += size;
    }
  }
  for (int lane = 0, channel = channels * block; lane < block && channel < n->channels; lane++, channel++) {
    j->mean[channel] = (float)means[lane];
    j->variance[channel] = (float)(squares[lane] / count);
  }
  set_factors(j, channels);
}

static void write_normalized(const job *j, int channels, int image) {
  const pbk_normalization *n = j->normalization;
  size_t map = place(j, channels, image);
  j->kernels->normalize(
      n, factors_of(j, channels), j->source + map, j->addend == NULL ? NULL : j->addend + map, j->destination + map,
      n->cells);
}

// ---- backward ---------------------------------------------------------------------------------------------

static void sum_slopes(const job *j, int channels, int image) {
  const pbk_normalization *n = j->normalization;
  size_t block = (size_t)n->block, map = place(j, channels, image);
  float *values = values_of(j, channels, image);
  for (int piece = 0; piece < piece_count(n); piece++, values += 2 * block) {
    size_t first = map + (size_t)piece * PIECE * block;
    j->kernels->sum_slopes(
        n, factors_of(j, channels), j->source + first, j->gradient + first, piece_size(n, piece), values);
  }
}

static void join_slopes(const job *j, int channels) {
  const pbk_normalization *n = j->normalization;
  int block = n->block;
  double slopes[16] = {0}, products[16] = {0}, count = (double)n->batch * n->cells;
  for (int image = 0; image < n->batch; image++) {
    const float *values = values_of(j, channels, image);
    for (int piece = 0; piece < piece_count(n); piece++, values += 2 * block)
      for (int lane = 0; lane < block; lane++) {
        slopes[lane] += (double)values[lane];
        products[lane] += (double)values[block + lane];
      }
  }
  float *factors = factors_of(j, channels);
  for (int lane = 0, channel = channels * block; lane < block && channel < n->channels; lane++, channel++) {
    double spread = (double)j->variance[channel] + (double)n->epsilon;
    j->shift_gradient[channel] = (float)slopes[lane];
    j->scale_gradient[channel] = (float)(products[lane] / sqrt(spread));
    double along = (double)factors[lane] * products[lane] / (spread * count);
    factors[3 * block + lane] = (float)along;
    factors[4 * block + lane] =
        (float)((double)factors[lane] * slopes[lane] / count - along * (double)j->mean[channel]);
  }
}

static void spread_slopes(const job *j, int channels, int image) {
  const pbk_normalization *n = j->normalization;
  size_t map = place(j, channels, image);
  j->kernels->spread_slopes(
      n, factors_of(j, channels), j->source + map, j->gradient + map, j->destination + map, n->cells);
}

// ---- the two passes ---------------------------------------------------------------------------------------

typedef void by_map(const job *, int channels, int image);
typedef struct {
  const job *job;
  by_map *first, *second;
  void (*join)(const job *, int channels);
} passes;

static void run_block(const pbk_work *work, int channels, int thread) {
  (void)thread;
  const passes *p = work->operation;
  int batch = p->job->normalization->batch;
  for (int image = 0; image < batch; image++) p->first(p->job, channels, image);
  p->join(p->job, channels);
  // What was read last is still in the cache.
  for (int image = batch - 1; image >= 0; image--) p->second(p->job, channels, image);
}

static void run_first(const pbk_work *work, int item, int thread) {
  (void)thread;
  const passes *p = work->operation;
  p->first(p->job, item / p->job->normalization->batch, item % p->job->normalization->batch);
}

static void run_second(const pbk_work *work, int item, int thread) {
  (void)thread;
  const passes *p = work->operation;
  p->second(p->job, item / p->job->normalization->batch, item % p->job->normalization->batch);
}

// A thread takes a block of channels through both passes where there are blocks enough for all threads.
static void run(const passes *p) {
  const pbk_normalization *n = p->job->normalization;
  int blocks = block_count(n);
  pbk_work work = {.operation = p};
  if (n->threads == 1 || blocks >= 4 * n->threads || blocks % n->threads == 0) {
    pbk_parallel_for(&work, blocks, n->threads, run_block);
    return;
  }
  pbk_parallel_for(&work, blocks * n->batch, n->threads, run_first);
  for (int channels = 0; channels < blocks; channels++) p->join(p->job, channels);
  pbk_parallel_for(&work, blocks * n->batch, n->threads, run_second);
}

void pbk_normalize(
    const pbk_normalization *n, const float *source, const float *scale, const float *shift, const float *addend,
    float *destination, float *mean, float *variance, float *scratch) {
  job j = {
      .normalization = n, .kernels = kernels_for(n->block), .source = source, .scale = scale, .shift = shift,
      .addend = addend, .destination = destination, .mean = mean, .variance = variance, .scratch = scratch};
  passes p = {&j, take_moments, write_normalized, join_moments};
  run(&p);
}

void pbk_normalization_gradient(
    const pbk_normalization *n, const float *source, const float *scale, const float *shift, const float *mean,
    const float *variance, const float *gradient, float *source_gradient, float *scale_gradient, float *shift_gradient,
    float *scratch) {
  job j = {
      .normalization = n, .kernels = kernels_for(n->block), .source = source, .scale = scale, .shift = shift,
      .gradient = gradient, .destination = source_gradient, .mean = (float *)mean, .variance = (float *)variance,
      .scale_gradient = scale_gradient, .shift_gradient = shift_gradient, .scratch = scratch};
  for (int channels = 0; channels < block_count(n); channels++) set_factors(&j, channels);
  passes p = {&j, sum_slopes, spread_slopes, join_slopes};
  run(&p);
}
