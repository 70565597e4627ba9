#include "bf16.h"

#include "CKernelRuntime.h"

// Maps in bf16 other than by convolutions.

#if defined(__x86_64__)
#include <immintrin.h>

#define BF16_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma")))

// Values, and lines of a map, that a thread takes at once.
enum { CHUNK = 32 * 1024, LINES = 16 };

typedef struct {
  const void *first, *second;
  void *result;
  size_t count;
  bool flag;
} sweep;

static size_t chunk_of(const sweep *work, int item, size_t *start) {
  *start = (size_t)item * CHUNK;
  return work->count - *start < CHUNK ? work->count - *start : CHUNK;
}

static void run_sweep(const sweep *work, int threads, pkr_body *body) {
  pkr_parallel_for((int)((work->count + CHUNK - 1) / CHUNK), threads, body, (void *)work);
}

static void round_chunk(void *context, int item, int thread) {
  (void)thread;
  size_t start, count = chunk_of(context, item, &start);
  const sweep *work = context;
  pbk_bf16_round_values((const float *)work->first + start, (pbk_bf16 *)work->result + start, count);
}

static void widen_chunk(void *context, int item, int thread) {
  (void)thread;
  size_t start, count = chunk_of(context, item, &start);
  const sweep *work = context;
  pbk_bf16_widen_values((const pbk_bf16 *)work->first + start, (float *)work->result + start, count);
}

static BF16_TARGET __m512 load(const pbk_bf16 *from) {
  return (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from)), 16);
}

static BF16_TARGET void store(__m512 values, pbk_bf16 *to) {
  _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(values));
}

// Whole blocks.
static BF16_TARGET void add_chunk(void *context, int item, int thread) {
  (void)thread;
  size_t start, count = chunk_of(context, item, &start);
  const sweep *work = context;
  const pbk_bf16 *a = work->first, *b = work->second;
  // NaN stays: the second operand is what a comparison with NaN gives.
  __m512 least = _mm512_set1_ps(work->flag ? 0 : -__builtin_inff());
  for (size_t index = start; index < start + count; index += BF16_LANES)
    store(_mm512_max_ps(least, _mm512_add_ps(load(a + index), load(b + index))), (pbk_bf16 *)work->result + index);
}

typedef struct {
  const pbk_pooling *pooling;
  const pbk_bf16 *source;
  pbk_bf16 *destination;
} pooling_work;

static int line_count(const pbk_pooling *pooling) {
  return pooling->batch * pbk_quotient(pooling->channels, BF16_LANES) * pooling->output_height;
}

static BF16_TARGET void pool_line(const pbk_pooling *pooling, const pbk_bf16 *map, pbk_bf16 *result, int output_row) {
  const int height = pooling->input_height, width = pooling->input_width, kernel = pooling->kernel;
  int top = output_row * pooling->stride - pooling->padding;
  int first_row = top < 0 ? 0 : top, end_row = top + kernel < height ? top + kernel : height;
  for (int output = 0; output < pooling->output_width; output++, result += BF16_LANES) {
    int left = output * pooling->stride - pooling->padding;
    int first_column = left < 0 ? 0 : left, end_column = left + kernel < width ? left + kernel : width;
    __m512 largest = load(map + ((size_t)first_row * (size_t)width + (size_t)first_column) * BF16_LANES);
    for (int row = first_row; row < end_row; row++)
      for (int column = first_column; column < end_column; column++)
        largest = _mm512_max_ps(largest, load(map + ((size_t)row * (size_t)width + (size_t)column) * BF16_LANES));
    store(largest, result);
  }
}

static void pool_lines(void *context, int item, int thread) {
  (void)thread;
  const pooling_work *work = context;
  const pbk_pooling *pooling = work->pooling;
  const size_t plane = (size_t)pooling->input_height * (size_t)pooling->input_width * BF16_LANES;
  int end = (item + 1) * LINES < line_count(pooling) ? (item + 1) * LINES : line_count(pooling);
  for (int index = item * LINES; index < end; index++)
    pool_line(
        pooling, work->source + (size_t)(index / pooling->output_height) * plane,
        work->destination + (size_t)index * (size_t)pooling->output_width * BF16_LANES, index % pooling->output_height);
}

typedef struct {
  const char *source;
  char *destination;
  int width, factor;
} upsampling;

// A line of the source, `factor` times.
static void upsample_line(void *context, int item, int thread) {
  (void)thread;
  const upsampling *work = context;
  const size_t cell = BF16_LANES * sizeof(pbk_bf16), factor = (size_t)work->factor;
  const size_t width = (size_t)work->width, line = width * factor * cell;
  const char *source = work->source + (size_t)item * width * cell;
  char *first = work->destination + (size_t)item * factor * line, *to = first;
  for (size_t column = 0; column < width; column++, source += cell)
    for (size_t copy = 0; copy < factor; copy++, to += cell) memcpy(to, source, cell);
  for (size_t copy = 1; copy < factor; copy++, to += line) memcpy(to, first, line);
}

void pbk_bf16_upsample(
    const void *source, void *destination, int blocks, int height, int width, int factor, int threads) {
  upsampling work = {source, destination, width, factor};
  pkr_parallel_for(blocks * height, threads, upsample_line, &work);
}

void pbk_bf16_round(const float *source, void *destination, size_t count, int threads) {
  sweep work = {source, NULL, destination, count, false};
  run_sweep(&work, threads, round_chunk);
}

void pbk_bf16_widen(const void *source, float *destination, size_t count, int threads) {
  sweep work = {source, NULL, destination, count, false};
  run_sweep(&work, threads, widen_chunk);
}

void pbk_bf16_add(const void *a, const void *b, void *destination, size_t count, bool relu, int threads) {
  sweep work = {a, b, destination, count, relu};
  run_sweep(&work, threads, add_chunk);
}

void pbk_bf16_pool(const pbk_pooling *pooling, const void *source, void *destination) {
  pooling_work work = {pooling, source, destination};
  pkr_parallel_for(pbk_quotient(line_count(pooling), LINES), pooling->threads, pool_lines, &work);
}

#else

// Nothing keeps values in bf16 elsewhere.
void pbk_bf16_round(const float *source, void *destination, size_t count, int threads) {
  (void)source, (void)destination, (void)count, (void)threads;
}
void pbk_bf16_widen(const void *source, float *destination, size_t count, int threads) {
  (void)source, (void)destination, (void)count, (void)threads;
}
void pbk_bf16_add(const void *a, const void *b, void *destination, size_t count, bool relu, int threads) {
  (void)a, (void)b, (void)destination, (void)count, (void)relu, (void)threads;
}
void pbk_bf16_pool(const pbk_pooling *pooling, const void *source, void *destination) {
  (void)pooling, (void)source, (void)destination;
}
void pbk_bf16_upsample(
    const void *source, void *destination, int blocks, int height, int width, int factor, int threads) {
  (void)source, (void)destination, (void)blocks, (void)height, (void)width, (void)factor, (void)threads;
}

#endif
