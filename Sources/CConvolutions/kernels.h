// The loops, compiled once for every instruction set: LANES channels at a time, MOST_ROWS rows of sums in registers,
// NAME(x) as names, TARGET as the instructions that may be used; FETCHES_STEADILY where loads do not limit products.
#include "depthwise.h"
#include "normalization.h"

#include "lanes.h"

// ---- products ---------------------------------------------------------------------------------------------

#define UNROLLED _Pragma("clang loop unroll(full)")

// Sums that stay in registers, between what begins them and what ends them: all loops over them are unrolled, since an
// array with one index that is not a constant lies in memory, also while products run.
INLINE void NAME(begin)(const pbk_product *product, const int vectors, const int rows, lanes sums[MOST_ROWS][PANEL]) {
  const float *result = product->result;
  const size_t step = product->result_row_stride, far = product->result_stride;
  lanes bias[PANEL] = {{0}};
  if (product->bias != NULL) {
    UNROLLED for (int vector = 0; vector < vectors; vector++)
      bias[vector] = *(const lanes *)(product->bias + vector * LANES);
  }
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int vector = 0; vector < vectors; vector++) sums[row][vector] = bias[vector];
  if (!product->continues) return;
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int vector = 0; vector < vectors; vector++)
      sums[row][vector] = *(const lanes *)(result + (size_t)row * step + (size_t)vector * far);
}

INLINE void NAME(end)(const pbk_product *product, const int vectors, const int rows, lanes sums[MOST_ROWS][PANEL]) {
  float *result = product->result;
  const size_t step = product->result_row_stride, far = product->result_stride;
  if (product->convolution == NULL && product->addend == NULL) {
    UNROLLED for (int row = 0; row < rows; row++)
      UNROLLED for (int vector = 0; vector < vectors; vector++)
        *(lanes *)(result + (size_t)row * step + (size_t)vector * far) = sums[row][vector];
    return;
  }
  lanes unfinished[PANEL][MOST_ROWS];
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int vector = 0; vector < vectors; vector++) unfinished[vector][row] = sums[row][vector];
  NAME(epilogue) epilogue = {0};
  if (product->convolution != NULL) epilogue = NAME(epilogue_of)(product->convolution);
  for (int vector = 0; vector < vectors; vector++) {
    size_t offset = (size_t)vector * far;
    for (int row = 0; row < rows; row++, offset += step) {
      const float *addend = product->addend == NULL ? NULL : product->addend + offset;
      *(lanes *)(result + offset) = NAME(finish)(epilogue, unfinished[vector][row], addend);
    }
  }
}

// `depth` is the number of channels in a block. Where FETCHES_STEADILY, rows that lie one after the other leave registers and
// loads for fetching a little with every channel, since a core waits for few lines of the cache at a time: the rows that come
// next, and the weights. Else weights are fetched by a loop of its own for every block.
INLINE void NAME(multiply)(
    const pbk_product *product, const int depth, const int vectors, const int rows, const bool dense, const bool fetches) {
  lanes sums[MOST_ROWS][PANEL];
  NAME(begin)(product, vectors, rows, sums);
  const float *weights = product->weights;
  const size_t stride = dense ? LANES : product->row_stride;
  const float *start = product->rows;
  // Where nothing is to be fetched, what is in the cache already.
  const char *ahead = product->ahead != NULL ? product->ahead : (const char *)weights;
  const int ahead_count = product->ahead_count;
  const bool steadily = fetches && dense && FETCHES_STEADILY;
  const size_t ahead_step = (size_t)((ahead_count + LANES - 1) / LANES) * 64;
  for (int block = product->block_count; block > 0; block--, start += product->block_stride) {
    if (fetches && !steadily)
      for (int line = 0; line < ahead_count; line++, ahead += 64) __builtin_prefetch(ahead, 0, 2);
    for (int tap = 0; tap < product->tap_count; tap++) {
      const float *cells = start + product->taps[tap];
#pragma clang loop unroll_count(UNROLL)
      for (int channel = 0; channel < depth; channel++) {
        lanes panel[PANEL];
        if (steadily) {
          __builtin_prefetch(cells + (rows + channel) * LANES, 0, 3);
          __builtin_prefetch(ahead, 0, 2);
          __builtin_prefetch(ahead + 64, 0, 2);
          ahead += ahead_step;
        }
        UNROLLED for (int vector = 0; vector < vectors; vector++)
          panel[vector] = *(const lanes *)(weights + vector * LANES);
        UNROLLED for (int row = 0; row < rows; row++) {
          lanes value = NAME(splat)(cells[(size_t)row * stride + (size_t)channel]);
          UNROLLED for (int vector = 0; vector < vectors; vector++) sums[row][vector] += value * panel[vector];
        }
        weights += vectors * LANES;
      }
    }
  }
  NAME(end)(product, vectors, rows, sums);
}

#define PRODUCT(vectors, rows) \
  static TARGET void NAME(product_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows, false, false); \
  } \
  static TARGET void NAME(fetching_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows, false, true); \
  } \
  static TARGET void NAME(dense_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows, true, true); \
  } \
  static TARGET void NAME(thin_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, 1, vectors, rows, false, false); \
  }
#define PRODUCTS(rows) PRODUCT(1, rows) PRODUCT(2, rows)
PRODUCTS(1) PRODUCTS(2) PRODUCTS(3) PRODUCTS(4) PRODUCTS(5) PRODUCTS(6)
#if MOST_ROWS > 6
PRODUCTS(7) PRODUCTS(8) PRODUCTS(9) PRODUCTS(10) PRODUCTS(11) PRODUCTS(12)
#define LIST(kind, vectors) \
  {NAME(kind##_##vectors##_1), NAME(kind##_##vectors##_2), NAME(kind##_##vectors##_3), \
   NAME(kind##_##vectors##_4), NAME(kind##_##vectors##_5), NAME(kind##_##vectors##_6), \
   NAME(kind##_##vectors##_7), NAME(kind##_##vectors##_8), NAME(kind##_##vectors##_9), \
   NAME(kind##_##vectors##_10), NAME(kind##_##vectors##_11), NAME(kind##_##vectors##_12)}
#else
#define LIST(kind, vectors) \
  {NAME(kind##_##vectors##_1), NAME(kind##_##vectors##_2), NAME(kind##_##vectors##_3), \
   NAME(kind##_##vectors##_4), NAME(kind##_##vectors##_5), NAME(kind##_##vectors##_6)}
#endif
static pbk_product_kernel *const NAME(products)[PANEL][16] = {LIST(product, 1), LIST(product, 2)};
static pbk_product_kernel *const NAME(fetching_products)[PANEL][16] = {LIST(fetching, 1), LIST(fetching, 2)};
static pbk_product_kernel *const NAME(dense_products)[PANEL][16] = {LIST(dense, 1), LIST(dense, 2)};
static pbk_product_kernel *const NAME(thin_products)[PANEL][16] = {LIST(thin, 1), LIST(thin, 2)};

// ---- Winograd ---------------------------------------------------------------------------------------------

#include "tile_lines.h"

#include "tile_kernels.h"

// ---- pooling ----------------------------------------------------------------------------------------------

// One cell whose window lies inside of the map; `kernel` is a constant for the usual sizes.
INLINE lanes NAME(largest)(const float *window, size_t line, const int kernel) {
  lanes largest = *(const lanes *)window;
  for (int row = 0; row < kernel; row++)
    for (int column = 0; column < kernel; column++)
      largest = NAME(larger)(*(const lanes *)(window + (size_t)row * line + (size_t)column * LANES), largest);
  return largest;
}

INLINE void NAME(pool_line)(
    const pbk_pooling *pooling, const int kernel, const float *map, float *result, int output_row) {
  const int height = pooling->input_height, width = pooling->input_width;
  const size_t line = (size_t)width * LANES;
  const int top = output_row * pooling->stride - pooling->padding;
  const bool inside = top >= 0 && top + kernel <= height;
  for (int output = 0; output < pooling->output_width; output++, result += LANES) {
    int left = output * pooling->stride - pooling->padding;
    if (inside && left >= 0 && left + kernel <= width) {
      *(lanes *)result = NAME(largest)(map + (size_t)top * line + (size_t)left * LANES, line, kernel);
      continue;
    }
    int first_row = top < 0 ? 0 : top, end_row = top + kernel < height ? top + kernel : height;
    int first_column = left < 0 ? 0 : left, end_column = left + kernel < width ? left + kernel : width;
    lanes largest = *(const lanes *)(map + (size_t)first_row * line + (size_t)first_column * LANES);
    for (int row = first_row; row < end_row; row++)
      for (int column = first_column; column < end_column; column++)
        largest = NAME(larger)(*(const lanes *)(map + (size_t)row * line + (size_t)column * LANES), largest);
    *(lanes *)result = largest;
  }
}

static TARGET void NAME(pool)(
    const pbk_pooling *pooling, const float *source, float *destination, int first_line, int end_line) {
  const size_t plane = (size_t)pooling->input_height * (size_t)pooling->input_width * LANES;
  for (int index = first_line; index < end_line; index++) {
    const float *map = source + (size_t)(index / pooling->output_height) * plane;
    float *result = destination + (size_t)index * (size_t)pooling->output_width * LANES;
    int row = index % pooling->output_height;
    switch (pooling->kernel) {
    case 2: NAME(pool_line)(pooling, 2, map, result, row); break;
    case 3: NAME(pool_line)(pooling, 3, map, result, row); break;
    default: NAME(pool_line)(pooling, pooling->kernel, map, result, row);
    }
  }
}

static TARGET void NAME(multiply_and_add)(float *memory, int rounds) {
  lanes sums[PEAK_CHAINS], factor = *(const lanes *)memory;
  for (int chain = 0; chain < PEAK_CHAINS; chain++) sums[chain] = ((const lanes *)memory)[chain];
  for (int round = 0; round < rounds; round++)
    for (int chain = 0; chain < PEAK_CHAINS; chain++) sums[chain] = sums[chain] * factor + factor;
  for (int chain = 0; chain < PEAK_CHAINS; chain++) ((lanes *)memory)[chain] = sums[chain];
}

static TARGET void NAME(sum_cells)(const float *cells, size_t count, float *sums) {
  lanes sum = *(const lanes *)sums;
  for (size_t cell = 0; cell < count; cell++) sum += *(const lanes *)(cells + cell * LANES);
  *(lanes *)sums = sum;
}

#include "gradient_kernels.h"

#include "depthwise_kernels.h"

#include "normalization_kernels.h"

const pbk_kernels NAME(pbk_kernels) = {
    LANES,
    MOST_ROWS,
    NAME(products),
    NAME(fetching_products),
    NAME(dense_products),
    NAME(thin_products),
    NAME(any_transform_input),
    NAME(any_transform_output),
    NAME(any_transform_gradient),
    NAME(any_collect_weights),
    NAME(sum_cells),
    NAME(any_transform_weights),
    NAME(pool),
    NAME(pool_gradient),
    NAME(resize_gradient),
    NAME(sum_plain_cells),
    NAME(multiply_and_add),
};
