// What bf16 convolutions spend their time in, for processors that multiply pairs of bf16.
#include "bf16.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma")))
#define NAME(x) x##_bf16

#include "lanes.h"

INLINE lanes NAME(load)(const pbk_bf16 *from) {
  __m512i bits = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from)), 16);
  return (lanes)bits;
}

INLINE void NAME(store)(lanes values, pbk_bf16 *to) {
  _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh((__m512)values));
}

// One block of a pixel: bias is in the epilogue.
INLINE void NAME(write)(
    const NAME(epilogue) epilogue, lanes sum, const pbk_bf16 *addend, const bool in_floats, void *result, size_t offset) {
  float added[LANES] __attribute__((aligned(64)));
  if (addend != NULL) *(lanes *)added = NAME(load)(addend + offset);
  lanes value = NAME(finish)(epilogue, sum, addend == NULL ? NULL : added);
  if (in_floats)
    *(lanes *)((float *)result + offset) = value;
  else
    NAME(store)(value, (pbk_bf16 *)result + offset);
}

// ---- products ---------------------------------------------------------------------------------------------

// Sums are variables of their own, since compilers keep an array of them in memory.
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

// Two bf16 for every lane, from any even address.
INLINE __m512bh NAME(splat_pair)(const pbk_bf16 *from) {
  int bits;
  memcpy(&bits, from, sizeof bits);
  return (__m512bh)_mm512_set1_epi32(bits);
}

// What the convolution makes of sums, [vector][row][lane].
static TARGET void NAME(finish_rows)(const pbk_bf16_product *product, const float *sums, int vectors, int rows) {
  NAME(epilogue) epilogue = NAME(epilogue_of)(&product->convolution->shape);
  const bool in_floats = product->convolution->float_result;
  for (int vector = 0; vector < vectors; vector++) {
    epilogue.bias = *(const lanes *)(product->bias + vector * LANES);
    size_t offset = (size_t)vector * product->result_stride;
    for (int row = 0; row < rows; row++, sums += LANES, offset += product->result_row_stride)
      NAME(write)(epilogue, *(const lanes *)sums, product->addend, in_floats, product->result, offset);
  }
}

INLINE void NAME(multiply)(const pbk_bf16_product *product, const int vectors, const int rows, const int constant_depth) {
#define ZERO(row) __m512 left_##row = _mm512_setzero_ps(), right_##row = _mm512_setzero_ps();
  EACH_ROW(ZERO)
#define GO_ON(row) \
  if (row < rows) { \
    left_##row = _mm512_loadu_ps(product->begun + row * product->result_row_stride); \
    if (vectors > 1) \
      right_##row = _mm512_loadu_ps(product->begun + product->result_stride + row * product->result_row_stride); \
  }
  if (product->begun != NULL) { EACH_ROW(GO_ON) }
  const pbk_pair *weights = product->weights;
  const pbk_bf16 *start = product->rows;
  const size_t stride = product->row_stride;
  const int depth = constant_depth > 0 ? constant_depth : product->depth, ahead_count = product->ahead_count;
  const char *ahead = product->ahead;
  for (int block = product->block_count; block > 0; block--, start += product->block_stride)
    for (int tap = 0; tap < product->tap_count; tap++) {
      const pbk_bf16 *cells = start + product->taps[tap];
      for (int line = 0; line < ahead_count; line++, ahead += 64) __builtin_prefetch(ahead, 0, 2);
#pragma clang loop unroll_count(4)
      for (int pair = 0; pair < depth; pair++, weights += vectors * LANES) {
        __m512bh first = (__m512bh)_mm512_loadu_si512(weights), second = first;
        if (vectors > 1) second = (__m512bh)_mm512_loadu_si512(weights + LANES);
#define ADD(row) \
  if (row < rows) { \
    __m512bh value = NAME(splat_pair)(cells + (size_t)row * stride + 2 * pair); \
    left_##row = _mm512_dpbf16_ps(left_##row, value, first); \
    if (vectors > 1) right_##row = _mm512_dpbf16_ps(right_##row, value, second); \
  }
        EACH_ROW(ADD)
      }
    }
  float *result = product->sums;
  size_t row_stride = product->result_row_stride, vector_stride = product->result_stride;
  float sums[PANEL * BF16_ROWS * LANES] __attribute__((aligned(64)));
  if (result == NULL) {
    result = sums;
    row_stride = LANES;
    vector_stride = (size_t)(rows * LANES);
  }
#define PUT(row) \
  if (row < rows) { \
    _mm512_storeu_ps(result + row * row_stride, left_##row); \
    if (vectors > 1) _mm512_storeu_ps(result + vector_stride + row * row_stride, right_##row); \
  }
  EACH_ROW(PUT)
  if (product->sums == NULL) NAME(finish_rows)(product, sums, vectors, rows);
}

#define PRODUCT(vectors, rows) \
  static TARGET void NAME(product_##vectors##_##rows)(const pbk_bf16_product *product) { \
    NAME(multiply)(product, vectors, rows, BLOCK_PAIRS); \
  } \
  static TARGET void NAME(thin_##vectors##_##rows)(const pbk_bf16_product *product) { \
    NAME(multiply)(product, vectors, rows, 0); \
  }
#define PRODUCTS(rows) PRODUCT(1, rows) PRODUCT(2, rows)
PRODUCTS(1) PRODUCTS(2) PRODUCTS(3) PRODUCTS(4) PRODUCTS(5) PRODUCTS(6)
PRODUCTS(7) PRODUCTS(8) PRODUCTS(9) PRODUCTS(10) PRODUCTS(11) PRODUCTS(12)
#define LIST(kind, vectors) \
  {NAME(kind##_##vectors##_1), NAME(kind##_##vectors##_2), NAME(kind##_##vectors##_3), NAME(kind##_##vectors##_4), \
   NAME(kind##_##vectors##_5), NAME(kind##_##vectors##_6), NAME(kind##_##vectors##_7), NAME(kind##_##vectors##_8), \
   NAME(kind##_##vectors##_9), NAME(kind##_##vectors##_10), NAME(kind##_##vectors##_11), NAME(kind##_##vectors##_12)}
pbk_bf16_product_kernel *const pbk_bf16_products[PANEL][BF16_ROWS] = {LIST(product, 1), LIST(product, 2)};
pbk_bf16_product_kernel *const pbk_bf16_thin_products[PANEL][BF16_ROWS] = {LIST(thin, 1), LIST(thin, 2)};

// ---- Winograd, F(2×2, 3×3) and the same for stride 2: transforms in floats, rounded once ---------------------
//
// Larger tiles would lose more digits than bf16 has to spare: their transforms add up numbers of other magnitudes.

#include "tile_lines.h"

enum { TILE = 2, MOST_SIDE = 5 };

INLINE void NAME(transform_tile)(const int stride, const lanes *cells, pbk_bf16 *slot, size_t position_stride) {
  const int side = pbk_window_side(TILE, stride);
  lanes half[MOST_SIDE * MOST_SIDE];
#pragma clang loop unroll(full)
  for (int column = 0; column < side; column++)
    NAME(input_line)(TILE, stride, cells + column, (size_t)side, half + column, (size_t)side);
#pragma clang loop unroll(full)
  for (int row = 0; row < side; row++) {
    lanes full[MOST_SIDE];
    NAME(input_line)(TILE, stride, half + row * side, 1, full, 1);
    for (int column = 0; column < side; column++)
      NAME(store)(full[column], slot + (size_t)(row * side + column) * position_stride);
  }
}

INLINE void NAME(transform_input)(
    const pbk_convolution *c, const int stride, const pbk_bf16 *source, pbk_bf16 *transformed, int first_tile, int end_tile,
    int slots, int first_block, int end_block) {
  const int side = pbk_window_side(TILE, stride), columns = pbk_tile_columns(c), rows = pbk_tile_rows(c), blocks = pbk_input_blocks(c);
  const int height = c->input_height, width = c->input_width;
  const size_t line = (size_t)width * LANES, plane = (size_t)height * line;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  for (int block = first_block; block < end_block; block++)
    for (int index = first_tile; index < end_tile; index++) {
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * TILE * stride - c->padding, left = place % columns * TILE * stride - c->padding;
      const pbk_bf16 *map = source + ((size_t)image * (size_t)blocks + (size_t)block) * plane;
      lanes cells[MOST_SIDE * MOST_SIDE];
      if (top >= 0 && left >= 0 && top + side <= height && left + side <= width) {
        const pbk_bf16 *from = map + (size_t)top * line + (size_t)left * LANES;
#pragma clang loop unroll(full)
        for (int cell = 0; cell < side * side; cell++)
          cells[cell] = NAME(load)(from + (size_t)(cell / side) * line + (size_t)(cell % side) * LANES);
      } else {
        for (int cell = 0; cell < side * side; cell++) {
          int y = top + cell / side, x = left + cell % side;
          bool inside = y >= 0 && y < height && x >= 0 && x < width;
          cells[cell] = inside ? NAME(load)(map + (size_t)y * line + (size_t)x * LANES) : (lanes){0};
        }
      }
      pbk_bf16 *slot = transformed + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      NAME(transform_tile)(stride, cells, slot, position_stride);
    }
}

INLINE void NAME(put_tile)(
    const int stride, const bool pools, const NAME(epilogue) epilogue, const lanes *half, const pbk_bf16 *addend,
    const bool in_floats, void *destination, size_t offset, size_t line, int bottom, int right) {
  const int side = pbk_window_side(TILE, stride), rows = pools ? 2 : 1;
  for (int row = 0; row < bottom; row += rows) {
    lanes full[2][TILE];
    for (int next = 0; next < rows; next++) NAME(output_line)(TILE, stride, half + (row + next) * side, 1, full[next], 1);
    if (!pools) {
      for (int column = 0; column < right; column++)
        NAME(write)(
            epilogue, full[0][column], addend, in_floats, destination,
            offset + (size_t)row * line + (size_t)column * LANES);
      continue;
    }
    lanes largest = NAME(finish)(epilogue, full[0][0], NULL);
    for (int other = 1; other < 4; other++)
      largest = NAME(larger)(largest, NAME(finish)(epilogue, full[other / 2][other % 2], NULL));
    if (in_floats)
      *(lanes *)((float *)destination + offset) = largest;
    else
      NAME(store)(largest, (pbk_bf16 *)destination + offset);
  }
}

INLINE void NAME(transform_output)(
    const pbk_bf16_convolution *convolution, const int stride, const bool pools, const bool in_floats, const float *sums,
    const float *bias, const pbk_bf16 *addend, void *destination, int first_tile, int end_tile, int slots, int first_block,
    int end_block) {
  const pbk_convolution *c = &convolution->shape;
  const int side = pbk_window_side(TILE, stride), shrinking = pools ? 2 : 1;
  const int columns = pbk_tile_columns(c), rows = pbk_tile_rows(c);
  const int height = c->output_height, width = c->output_width, blocks = pbk_output_blocks(c);
  const size_t line = (size_t)(width / shrinking) * LANES, plane = (size_t)(height / shrinking) * line;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  NAME(epilogue) epilogue = NAME(epilogue_of)(c);
  for (int block = first_block; block < end_block; block++) {
    epilogue.bias = *(const lanes *)(bias + block * LANES);
    for (int index = first_tile; index < end_tile; index++) {
      const float *slot = sums + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      lanes half[TILE * MOST_SIDE];
#pragma clang loop unroll(full)
      for (int column = 0; column < side; column++) {
        lanes cells[MOST_SIDE];
        for (int row = 0; row < side; row++)
          cells[row] = *(const lanes *)(slot + (size_t)(row * side + column) * position_stride);
        NAME(output_line)(TILE, stride, cells, 1, half + column, (size_t)side);
      }
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * TILE, left = place % columns * TILE;
      int bottom = height - top < TILE ? height - top : TILE, right = width - left < TILE ? width - left : TILE;
      size_t offset = ((size_t)image * (size_t)blocks + (size_t)block) * plane + (size_t)(top / shrinking) * line
          + (size_t)(left / shrinking) * LANES;
      if (bottom == TILE && right == TILE)
        NAME(put_tile)(stride, pools, epilogue, half, addend, in_floats, destination, offset, line, TILE, TILE);
      else
        NAME(put_tile)(stride, pools, epilogue, half, addend, in_floats, destination, offset, line, bottom, right);
    }
  }
}

TARGET void pbk_bf16_transform_input(
    const pbk_convolution *c, const pbk_bf16 *source, pbk_bf16 *transformed, int first_tile, int end_tile, int slots,
    int first_block, int end_block) {
  if (c->stride == 1)
    NAME(transform_input)(c, 1, source, transformed, first_tile, end_tile, slots, first_block, end_block);
  else
    NAME(transform_input)(c, 2, source, transformed, first_tile, end_tile, slots, first_block, end_block);
}

TARGET void pbk_bf16_transform_output(
    const pbk_bf16_convolution *c, const float *sums, const float *bias, const pbk_bf16 *addend, void *destination,
    int first_tile, int end_tile, int slots, int first_block, int end_block) {
#define RUN(stride, pools, in_floats) \
  NAME(transform_output)( \
      c, stride, pools, in_floats, sums, bias, addend, destination, first_tile, end_tile, slots, first_block, end_block)
#define RUN_STRIDE(stride) \
  if (c->shape.pools) { \
    if (c->float_result) \
      RUN(stride, true, true); \
    else \
      RUN(stride, true, false); \
  } else if (c->float_result) \
    RUN(stride, false, true); \
  else \
    RUN(stride, false, false)
  if (c->shape.stride == 1) {
    RUN_STRIDE(1);
  } else {
    RUN_STRIDE(2);
  }
#undef RUN
#undef RUN_STRIDE
}

// Of one input channel and a block of outputs, [row][column].
INLINE void NAME(transform_kernels)(
    const pbk_convolution *c, const int stride, const float *weights, int input, int first_output, lanes *full) {
  lanes kernel[9], half[(TILE + 2) * 3];
  for (int lane = 0; lane < LANES; lane++) {
    int output = first_output + lane;
    bool exists = input < c->input_channels && output < c->output_channels;
    const float *cells = weights + ((size_t)output * (size_t)c->input_channels + (size_t)input) * 9;
    for (int cell = 0; cell < 9; cell++) kernel[cell][lane] = exists ? cells[cell] : 0;
  }
  for (int column = 0; column < 3; column++) NAME(weight_line)(TILE, stride, kernel + column, 3, half + column, 3);
  for (int row = 0; row < TILE + 2; row++)
    NAME(weight_line)(TILE, stride, half + row * 3, 1, full + row * (TILE + 2), 1);
}

// The bits of bf16, in the lower halves of lanes.
INLINE __m512i NAME(bits)(lanes values) {
  return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)values));
}

INLINE void NAME(transform_weights)(
    const pbk_convolution *c, const int stride, const float *weights, pbk_pair *packed, int panel) {
  const int pairs = pbk_input_blocks(c) * BLOCK_PAIRS, vectors = pbk_panel_width(c, panel);
  const size_t position_stride = (size_t)pairs * (size_t)pbk_output_blocks(c) * LANES;
  packed += (size_t)panel * PANEL * (size_t)pairs * LANES;
  for (int pair = 0; pair < pairs; pair++)
    for (int vector = 0; vector < vectors; vector++, packed += LANES) {
      lanes even[(TILE + 2) * (TILE + 2)], odd[(TILE + 2) * (TILE + 2)];
      int output = (panel * PANEL + vector) * LANES;
      NAME(transform_kernels)(c, stride, weights, 2 * pair, output, even);
      NAME(transform_kernels)(c, stride, weights, 2 * pair + 1, output, odd);
      for (int position = 0; position < (TILE + 2) * (TILE + 2); position++)
        _mm512_storeu_si512(
            packed + (size_t)position * position_stride,
            _mm512_or_si512(NAME(bits)(even[position]), _mm512_slli_epi32(NAME(bits)(odd[position]), 16)));
    }
}

TARGET void pbk_bf16_transform_weights(const pbk_convolution *c, const float *weights, pbk_pair *packed, int panel) {
  NAME(transform_weights)(c, c->stride, weights, packed, panel);
}

// ---- values -----------------------------------------------------------------------------------------------

TARGET void pbk_bf16_round_values(const float *source, pbk_bf16 *destination, size_t count) {
  size_t index = 0;
  for (; index + LANES <= count; index += LANES) NAME(store)(*(const lanes *)(source + index), destination + index);
  for (; index < count; index++) destination[index] = pbk_bf16_of(source[index]);
}

TARGET void pbk_bf16_widen_values(const pbk_bf16 *source, float *destination, size_t count) {
  size_t index = 0;
  for (; index + LANES <= count; index += LANES) *(lanes *)(destination + index) = NAME(load)(source + index);
  for (; index < count; index++) {
    uint32_t bits = (uint32_t)source[index] << 16;
    memcpy(destination + index, &bits, sizeof bits);
  }
}
#endif
