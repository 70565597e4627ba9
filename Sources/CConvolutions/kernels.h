// The loops, compiled once for every instruction set: LANES channels at a time, MOST_ROWS rows of sums in registers,
// NAME(x) as names, TARGET as the instructions that may be used.
#include "internal.h"

// Vectors are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int marks __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE lanes NAME(splat)(float value) { return value - (lanes){0}; }
INLINE lanes NAME(select)(marks where, lanes a, lanes b) { return (lanes)(((marks)a & where) | ((marks)b & ~where)); }
INLINE lanes NAME(larger)(lanes a, lanes b) { return NAME(select)(a > b, a, b); }
INLINE lanes NAME(smaller)(lanes a, lanes b) { return NAME(select)(a < b, a, b); }

// exp by the Cephes library's polynomial: 2^n · e^r with |r| ≤ ln 2 / 2; relative error below 2e-7.
INLINE lanes NAME(exponential)(lanes x) {
  x = NAME(smaller)(NAME(larger)(x, NAME(splat)(-87.0f)), NAME(splat)(88.0f));
  const lanes magic = NAME(splat)(12582912.0f);  // 1.5 · 2^23: adding it rounds to an integer
  lanes shifted = x * 1.44269504f + magic, n = shifted - magic;
  lanes r = x - n * 0.693359375f + n * 2.12194440e-4f;
  lanes p = NAME(splat)(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * (lanes)(((marks)shifted - (marks)magic + 127) << 23);
}

// What happens to a sum.
typedef struct {
  lanes bias;
  pbk_activation activation;
  float alpha, beta;
  bool activates_first;
} NAME(epilogue);

INLINE NAME(epilogue) NAME(epilogue_of)(const pbk_convolution *c) {
  return (NAME(epilogue)){{0}, c->activation, c->alpha, c->beta, c->activates_first};
}

INLINE lanes NAME(activate)(const NAME(epilogue) epilogue, lanes x) {
  const lanes zero = {0};
  switch (epilogue.activation) {
  case PBK_NO_ACTIVATION: return x;
  case PBK_RELU: return NAME(select)(x > zero, x, x * epilogue.alpha);
  case PBK_CLIP: return NAME(smaller)(NAME(larger)(x, zero + epilogue.alpha), zero + epilogue.beta);
  case PBK_HARD_SWISH: return x * NAME(smaller)(NAME(larger)(x / 6 + 0.5f, zero), zero + 1);
  case PBK_SILU: return x / (1 + NAME(exponential)(-x));
  }
  return x;
}

// Bias, activation and addend, which may be NULL, in the convolution's order.
INLINE lanes NAME(finish)(const NAME(epilogue) epilogue, lanes sum, const float *addend) {
  sum += epilogue.bias;
  if (addend == NULL) return NAME(activate)(epilogue, sum);
  if (epilogue.activates_first) return NAME(activate)(epilogue, sum) + *(const lanes *)addend;
  return NAME(activate)(epilogue, sum + *(const lanes *)addend);
}

// ---- products ---------------------------------------------------------------------------------------------

// `depth` is the number of channels in a block. Fetching costs registers, so it is a loop of its own.
INLINE void NAME(multiply)(
    const pbk_product *product, const int depth, const int vectors, const int rows, const bool fetches) {
  lanes sums[MOST_ROWS][PANEL];
  for (int row = 0; row < rows; row++)
    for (int vector = 0; vector < vectors; vector++) {
      const float *start = product->continues
          ? product->result + (size_t)row * product->result_row_stride + (size_t)vector * product->result_stride
          : product->bias == NULL ? NULL
                                  : product->bias + vector * LANES;
      sums[row][vector] = start == NULL ? (lanes){0} : *(const lanes *)start;
    }
  const float *weights = product->weights;
  const size_t stride = product->row_stride;
  const float *start = product->rows;
  const char *ahead = product->ahead;
  const int ahead_count = product->ahead_count;
  for (int block = product->block_count; block > 0; block--, start += product->block_stride) {
    if (fetches)
      for (int line = 0; line < ahead_count; line++, ahead += 64) __builtin_prefetch(ahead, 0, 2);
    for (int tap = 0; tap < product->tap_count; tap++) {
      const float *cells = start + product->taps[tap];
#pragma clang loop unroll_count(UNROLL)
      for (int channel = 0; channel < depth; channel++) {
        lanes panel[PANEL];
        for (int vector = 0; vector < vectors; vector++) panel[vector] = *(const lanes *)(weights + vector * LANES);
        for (int row = 0; row < rows; row++) {
          lanes value = NAME(splat)(cells[(size_t)row * stride + (size_t)channel]);
          for (int vector = 0; vector < vectors; vector++) sums[row][vector] += value * panel[vector];
        }
        weights += vectors * LANES;
      }
    }
  }
  NAME(epilogue) epilogue = {0};
  if (product->convolution != NULL) epilogue = NAME(epilogue_of)(product->convolution);
  for (int vector = 0; vector < vectors; vector++) {
    size_t offset = (size_t)vector * product->result_stride;
    for (int row = 0; row < rows; row++, offset += product->result_row_stride) {
      const float *addend = product->addend == NULL ? NULL : product->addend + offset;
      *(lanes *)(product->result + offset) = NAME(finish)(epilogue, sums[row][vector], addend);
    }
  }
}

#define PRODUCT(vectors, rows) \
  static TARGET void NAME(product_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows, false); \
  } \
  static TARGET void NAME(fetching_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows, true); \
  } \
  static TARGET void NAME(thin_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, 1, vectors, rows, false); \
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

const pbk_kernels NAME(pbk_kernels) = {
    LANES,
    MOST_ROWS,
    NAME(products),
    NAME(fetching_products),
    NAME(thin_products),
    NAME(any_transform_input),
    NAME(any_transform_output),
    NAME(any_transform_gradient),
    NAME(any_collect_weights),
    NAME(sum_cells),
    NAME(any_transform_weights),
    NAME(pool),
    NAME(multiply_and_add),
};
