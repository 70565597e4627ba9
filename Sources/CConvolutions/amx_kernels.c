// What bf16 convolutions spend their time in on processors with AMX.
#include "amx.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define TARGET \
  __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma")))
#define NAME(x) x##_amx

#include "lanes.h"

// Tile registers: sums of the first and second 16 rows, by first and second output block; rows; weights. The compiler wants
// numbers.
#define SUMS_FIRST_LEFT 0
#define SUMS_FIRST_RIGHT 1
#define SUMS_SECOND_LEFT 2
#define SUMS_SECOND_RIGHT 3
#define ROWS_FIRST 4
#define ROWS_SECOND 5
#define WEIGHTS_LEFT 6
#define WEIGHTS_RIGHT 7

// As LDTILECFG reads it.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

TARGET void pbk_amx_configure(int depth) {
  tile_configuration tiles = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    bool holds_rows = tile == ROWS_FIRST || tile == ROWS_SECOND, holds_weights = tile >= WEIGHTS_LEFT;
    tiles.row_bytes[tile] = (uint16_t)(holds_rows ? depth * (int)sizeof(pbk_pair) : 64);
    tiles.rows[tile] = (uint8_t)(holds_weights ? depth : AMX_TILE_ROWS);
  }
  _tile_loadconfig(&tiles);
}

TARGET void pbk_amx_release(void) { _tile_release(); }

// ---- products ---------------------------------------------------------------------------------------------

// The sums of one group; `halves` says whether it has a second 16 rows. Returns where fetching ahead has come to.
INLINE const char *NAME(multiply_group)(
    const pbk_amx_product *product, const pbk_bf16 *rows, const int halves, const int vectors, float *sums, bool continues,
    const char *ahead, int ahead_count) {
  const size_t sums_step = PANEL * LANES * sizeof(float), weights_step = (size_t)vectors * LANES * sizeof(pbk_pair);
  const size_t rows_step = product->row_stride * sizeof(pbk_bf16), second = AMX_TILE_ROWS * product->row_stride;
  if (continues) {
    _tile_loadd(SUMS_FIRST_LEFT, sums, sums_step);
    if (vectors > 1) _tile_loadd(SUMS_FIRST_RIGHT, sums + LANES, sums_step);
    if (halves > 1) _tile_loadd(SUMS_SECOND_LEFT, sums + AMX_GROUP_SUMS / 2, sums_step);
    if (halves > 1 && vectors > 1) _tile_loadd(SUMS_SECOND_RIGHT, sums + AMX_GROUP_SUMS / 2 + LANES, sums_step);
  } else {
    _tile_zero(SUMS_FIRST_LEFT);
    if (vectors > 1) _tile_zero(SUMS_FIRST_RIGHT);
    if (halves > 1) _tile_zero(SUMS_SECOND_LEFT);
    if (halves > 1 && vectors > 1) _tile_zero(SUMS_SECOND_RIGHT);
  }
  const pbk_pair *weights = product->weights;
  const size_t weights_size = (size_t)(product->depth * vectors * LANES);
  for (int chunk = product->chunk_count; chunk > 0; chunk--, rows += product->chunk_stride)
    for (int tap = 0; tap < product->tap_count; tap++, weights += weights_size) {
      const pbk_bf16 *cells = rows + product->taps[tap];
      for (int line = 0; line < ahead_count; line++, ahead += 64) __builtin_prefetch(ahead, 0, 2);
      _tile_loadd(WEIGHTS_LEFT, weights, weights_step);
      _tile_loadd(ROWS_FIRST, cells, rows_step);
      _tile_dpbf16ps(SUMS_FIRST_LEFT, ROWS_FIRST, WEIGHTS_LEFT);
      if (vectors > 1) {
        _tile_loadd(WEIGHTS_RIGHT, weights + LANES, weights_step);
        _tile_dpbf16ps(SUMS_FIRST_RIGHT, ROWS_FIRST, WEIGHTS_RIGHT);
      }
      if (halves > 1) {
        _tile_loadd(ROWS_SECOND, cells + second, rows_step);
        _tile_dpbf16ps(SUMS_SECOND_LEFT, ROWS_SECOND, WEIGHTS_LEFT);
        if (vectors > 1) _tile_dpbf16ps(SUMS_SECOND_RIGHT, ROWS_SECOND, WEIGHTS_RIGHT);
      }
    }
  _tile_stored(SUMS_FIRST_LEFT, sums, sums_step);
  if (vectors > 1) _tile_stored(SUMS_FIRST_RIGHT, sums + LANES, sums_step);
  if (halves > 1) _tile_stored(SUMS_SECOND_LEFT, sums + AMX_GROUP_SUMS / 2, sums_step);
  if (halves > 1 && vectors > 1) _tile_stored(SUMS_SECOND_RIGHT, sums + AMX_GROUP_SUMS / 2 + LANES, sums_step);
  return ahead;
}

static TARGET const char *NAME(multiply_any_group)(
    const pbk_amx_product *product, const pbk_bf16 *rows, int row_count, float *sums, bool continues, const char *ahead,
    int ahead_count) {
#define GROUP(halves, vectors) \
  return NAME(multiply_group)(product, rows, halves, vectors, sums, continues, ahead, ahead_count)
  if (row_count > AMX_TILE_ROWS) {
    if (product->vectors > 1) GROUP(2, 2);
    GROUP(2, 1);
  }
  if (product->vectors > 1) GROUP(1, 2);
  GROUP(1, 1);
#undef GROUP
}

// ---- what is made of sums -----------------------------------------------------------------------------------

INLINE lanes NAME(load)(const pbk_bf16 *from) {
  return (lanes)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from)), 16);
}

INLINE lanes NAME(finish_pixel)(
    const NAME(epilogue) epilogue, const float *sums, const pbk_bf16 *addend, const bool adds, size_t offset) {
  float added[LANES] __attribute__((aligned(64)));
  if (adds) *(lanes *)added = NAME(load)(addend + offset);
  return NAME(finish)(epilogue, *(const lanes *)sums, adds ? added : NULL);
}

// Pixels of one block of outputs. In bf16 two that lie one after the other fill a line of the cache.
INLINE void NAME(finish_pixels)(
    const NAME(epilogue) epilogue, const float *sums, const pbk_bf16 *addend, const bool adds, const bool in_floats,
    void *result, size_t stride, int count) {
  int pixel = 0;
  size_t offset = 0;
  if (!in_floats && stride == LANES)
    for (; pixel + 2 <= count; pixel += 2, sums += 2 * PANEL * LANES, offset += 2 * LANES) {
      lanes low = NAME(finish_pixel)(epilogue, sums, addend, adds, offset);
      lanes high = NAME(finish_pixel)(epilogue, sums + PANEL * LANES, addend, adds, offset + LANES);
      _mm512_storeu_si512((pbk_bf16 *)result + offset, (__m512i)_mm512_cvtne2ps_pbh((__m512)high, (__m512)low));
    }
  for (; pixel < count; pixel++, sums += PANEL * LANES, offset += stride) {
    lanes value = NAME(finish_pixel)(epilogue, sums, addend, adds, offset);
    if (in_floats)
      *(lanes *)((float *)result + offset) = value;
    else
      _mm256_storeu_si256((__m256i *)((pbk_bf16 *)result + offset), (__m256i)_mm512_cvtneps_pbh((__m512)value));
  }
}

// The commonest activations have loops of their own.
INLINE void NAME(finish_any_pixels)(
    NAME(epilogue) epilogue, const float *sums, const pbk_bf16 *addend, const bool in_floats, void *result, size_t stride,
    int count) {
#define FINISH(adds) NAME(finish_pixels)(epilogue, sums, addend, adds, in_floats, result, stride, count)
#define FINISH_BY(kind) \
  case kind: \
    epilogue.activation = kind; \
    if (addend == NULL) \
      FINISH(false); \
    else \
      FINISH(true); \
    break;
  switch (epilogue.activation) {
    FINISH_BY(PBK_NO_ACTIVATION)
    FINISH_BY(PBK_RELU)
    FINISH_BY(PBK_CLIP)
    FINISH_BY(PBK_HARD_SWISH)
    FINISH_BY(PBK_SILU)
  }
#undef FINISH
#undef FINISH_BY
}

// Where a product's rows have come to.
typedef struct {
  int column;      // of a period
  size_t written;  // values of a block of outputs
} progress;

static TARGET void NAME(finish_group)(
    const pbk_amx_product *product, const float *sums, int row_count, progress *place) {
  NAME(epilogue) epilogue = NAME(epilogue_of)(&product->convolution->shape);
  const bool in_floats = product->convolution->float_result;
  for (int row = 0; row < row_count;) {
    int left = row_count - row, pixels = product->width - place->column, between = product->period - place->column;
    if (pixels > left) pixels = left;
    for (int vector = 0; vector < product->vectors && pixels > 0; vector++) {
      size_t offset = place->written + (size_t)vector * product->result_stride;
      const float *from = sums + (row * PANEL + vector) * LANES;
      const pbk_bf16 *addend = product->addend == NULL ? NULL : product->addend + offset;
      epilogue.bias = *(const lanes *)(product->bias + vector * LANES);
      if (in_floats)
        NAME(finish_any_pixels)(
            epilogue, from, addend, true, (float *)product->result + offset, product->result_row_stride, pixels);
      else
        NAME(finish_any_pixels)(
            epilogue, from, addend, false, (pbk_bf16 *)product->result + offset, product->result_row_stride, pixels);
    }
    if (pixels > 0) place->written += (size_t)pixels * product->result_row_stride;
    int passed = between < left ? between : left;
    row += passed;
    place->column = (place->column + passed) % product->period;
  }
}

// A group's sums are finished after the next one's products have been started, since both go on at the same time then.
TARGET void pbk_amx_multiply(const pbk_amx_product *product) {
  float memory[2][AMX_GROUP_SUMS] __attribute__((aligned(64)));
  const int groups = pbk_quotient(product->row_count, AMX_GROUP_ROWS), steps = product->chunk_count * product->tap_count;
  const bool is_whole = product->sums == NULL, finishes = is_whole || product->finishes;
  const int ahead_count = pbk_quotient(product->ahead_lines, groups * steps);
  const char *ahead = product->ahead, *ahead_end = ahead + (size_t)product->ahead_lines * 64;
  progress place = {0, 0};
  const float *last = NULL;
  for (int group = 0; group < groups; group++) {
    int first = group * AMX_GROUP_ROWS, left = product->row_count - first;
    float *sums = is_whole ? memory[group % 2] : product->sums + (size_t)group * AMX_GROUP_SUMS;
    ahead = NAME(multiply_any_group)(
        product, product->rows + (size_t)first * product->row_stride, left, sums, !is_whole && product->continues, ahead,
        ahead < ahead_end ? ahead_count : 0);
    if (finishes && last != NULL) NAME(finish_group)(product, last, AMX_GROUP_ROWS, &place);
    last = sums;
  }
  if (finishes) NAME(finish_group)(product, last, product->row_count - (groups - 1) * AMX_GROUP_ROWS, &place);
}

TARGET void pbk_amx_pool(const pbk_bf16 *pixels, int lines, int columns, pbk_bf16 *pooled) {
  for (int line = 0; line < lines; line += 2, pixels += 2 * columns * LANES)
    for (int column = 0; column < columns; column += 2, pooled += LANES) {
      const pbk_bf16 *upper = pixels + column * LANES, *lower = upper + columns * LANES;
      lanes above = NAME(larger)(NAME(load)(upper), NAME(load)(upper + LANES));
      lanes below = NAME(larger)(NAME(load)(lower), NAME(load)(lower + LANES));
      __m256bh largest = _mm512_cvtneps_pbh((__m512)NAME(larger)(above, below));
      _mm256_storeu_si256((__m256i *)pooled, (__m256i)largest);
    }
}

// ---- copies of the source -----------------------------------------------------------------------------------

TARGET void pbk_amx_join_blocks(
    const pbk_bf16 *low, const pbk_bf16 *high, pbk_bf16 *joined, int depth, int first, int end, int columns, int step) {
  const size_t pixel = (size_t)depth * 2, stride = (size_t)step * LANES;
  memset(joined, 0, (size_t)first * pixel * sizeof *joined);
  memset(joined + (size_t)end * pixel, 0, (size_t)(columns - end) * pixel * sizeof *joined);
  joined += (size_t)first * pixel;
  const __m256i zeros = _mm256_setzero_si256();
  for (int column = first; column < end; column++, joined += pixel, low += stride) {
    _mm256_storeu_si256((__m256i *)joined, _mm256_loadu_si256((const __m256i *)low));
    if (pixel == LANES) continue;
    __m256i second = zeros;
    if (high != NULL) {
      second = _mm256_loadu_si256((const __m256i *)high);
      high += stride;
    }
    _mm256_storeu_si256((__m256i *)(joined + LANES), second);
  }
}

// 16 pixels of three channels as 48 values.
INLINE void NAME(interleave_three)(const float *first, size_t plane, pbk_bf16 *pixels) {
  uint16_t order[48];
  for (int value = 0; value < 48; value++) order[value] = (uint16_t)(value % 3 * LANES + value / 3);
  __m512i two = (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(first + plane), _mm512_loadu_ps(first));
  __m512i third = _mm512_castsi256_si512((__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(first + 2 * plane)));
  __m512i low = _mm512_permutex2var_epi16(two, _mm512_loadu_si512(order), third);
  __m512i high = _mm512_permutex2var_epi16(
      two, _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(order + 32))), third);
  _mm512_storeu_si512(pixels, low);
  _mm256_storeu_si256((__m256i *)(pixels + 32), _mm512_castsi512_si256(high));
}

TARGET void pbk_amx_interleave(const float *planes, size_t plane, int channels, pbk_bf16 *pixels, int count) {
  int first = 0;
  if (channels == 3)
    for (; first + LANES <= count; first += LANES) NAME(interleave_three)(planes + first, plane, pixels + 3 * first);
  for (int channel = 0; channel < channels; channel++)
    for (int pixel = first; pixel < count; pixel++)
      pixels[pixel * channels + channel] = pbk_bf16_of(planes[(size_t)channel * plane + (size_t)pixel]);
}
#endif
