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

INLINE lanes NAME(activate)(const pbk_convolution *convolution, lanes x) {
  const lanes zero = {0};
  switch (convolution->activation) {
  case PBK_NO_ACTIVATION: return x;
  case PBK_RELU: return NAME(select)(x > zero, x, x * convolution->alpha);
  case PBK_CLIP: return NAME(smaller)(NAME(larger)(x, zero + convolution->alpha), zero + convolution->beta);
  case PBK_HARD_SWISH: return x * NAME(smaller)(NAME(larger)(x / 6 + 0.5f, zero), zero + 1);
  case PBK_SILU: return x / (1 + NAME(exponential)(-x));
  }
  return x;
}

// ---- products ---------------------------------------------------------------------------------------------

// `depth` is the number of channels in a block.
INLINE void NAME(multiply)(const pbk_product *product, const int depth, const int vectors, const int rows) {
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
  for (int block = product->block_count; block > 0; block--, start += product->block_stride) {
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
  for (int vector = 0; vector < vectors; vector++) {
    size_t offset = (size_t)vector * product->result_stride;
    for (int row = 0; row < rows; row++, offset += product->result_row_stride) {
      lanes sum = sums[row][vector];
      if (product->addend != NULL) sum += *(const lanes *)(product->addend + offset);
      if (product->bias != NULL) sum = NAME(activate)(product->convolution, sum);
      *(lanes *)(product->result + offset) = sum;
    }
  }
}

#define PRODUCT(vectors, rows) \
  static TARGET void NAME(product_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, LANES, vectors, rows); \
  } \
  static TARGET void NAME(thin_##vectors##_##rows)(const pbk_product *product) { \
    NAME(multiply)(product, 1, vectors, rows); \
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
static pbk_product_kernel *const NAME(thin_products)[PANEL][16] = {LIST(thin, 1), LIST(thin, 2)};

// ---- Winograd: Lavin & Gray 2015, F(2×2, 3×3) and F(4×4, 3×3) of their §4, and F(6×6, 3×3) with the points
// 0, ±1, ±2, ±½ ----------------------------------------------------------------------------------------------

// One line of a tile: Bᵀ d.
INLINE void NAME(input_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
#define IN(i) d[(i) * step]
#define OUT(i) out[(i) * out_step]
  if (tile == 2) {
    OUT(0) = IN(0) - IN(2);
    OUT(1) = IN(1) + IN(2);
    OUT(2) = IN(2) - IN(1);
    OUT(3) = IN(1) - IN(3);
  } else if (tile == 4) {
    lanes a = IN(4) - 4 * IN(2), b = IN(3) - 4 * IN(1), c = IN(4) - IN(2), e = 2 * (IN(3) - IN(1));
    OUT(0) = 4 * IN(0) - 5 * IN(2) + IN(4);
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = 4 * IN(1) - 5 * IN(3) + IN(5);
  } else {
    lanes a = IN(2) + IN(6) - 4.25f * IN(4), b = IN(1) + IN(5) - 4.25f * IN(3);
    lanes c = IN(6) + 0.25f * IN(2) - 1.25f * IN(4), e = 0.5f * IN(1) - 2.5f * IN(3) + 2 * IN(5);
    lanes f = IN(6) + 4 * (IN(2) - 1.25f * IN(4)), g = 2 * IN(1) - 2.5f * IN(3) + 0.5f * IN(5);
    OUT(0) = IN(0) - IN(6) + 5.25f * (IN(4) - IN(2));
    OUT(7) = IN(7) - IN(1) + 5.25f * (IN(3) - IN(5));
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = f + g;
    OUT(6) = f - g;
  }
}

// One line of a product: Aᵀ m.
INLINE void NAME(output_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (tile == 2) {
    OUT(0) = IN(0) + IN(1) + IN(2);
    OUT(1) = IN(1) - IN(2) - IN(3);
  } else if (tile == 4) {
    lanes a = IN(1) + IN(2), b = IN(1) - IN(2), c = IN(3) + IN(4), e = IN(3) - IN(4);
    OUT(0) = IN(0) + a + c;
    OUT(1) = b + 2 * e;
    OUT(2) = a + 4 * c;
    OUT(3) = b + 8 * e + IN(5);
  } else {
    lanes a = IN(1) + IN(2), b = IN(1) - IN(2), c = IN(3) + IN(4), e = IN(3) - IN(4);
    lanes f = IN(5) + IN(6), g = IN(5) - IN(6);
    OUT(0) = IN(0) + a + c + 32 * f;
    OUT(1) = b + 2 * e + 16 * g;
    OUT(2) = a + 4 * c + 8 * f;
    OUT(3) = b + 8 * e + 4 * g;
    OUT(4) = a + 16 * c + 2 * f;
    OUT(5) = b + 32 * e + g + IN(7);
  }
}

// One line of an output's gradient: A d.
INLINE void NAME(gradient_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (tile == 2) {
    OUT(0) = IN(0);
    OUT(1) = IN(0) + IN(1);
    OUT(2) = IN(0) - IN(1);
    OUT(3) = -IN(1);
  } else if (tile == 4) {
    lanes a = IN(0) + IN(2), b = IN(1) + IN(3), c = IN(0) + 4 * IN(2), e = 2 * IN(1) + 8 * IN(3);
    OUT(0) = IN(0);
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = IN(3);
  }
}

// One line of a kernel's gradient: Gᵀ u.
INLINE void NAME(weight_gradient_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (tile == 2) {
    lanes a = 0.5f * (IN(1) + IN(2));
    OUT(0) = IN(0) + a;
    OUT(1) = 0.5f * (IN(1) - IN(2));
    OUT(2) = a + IN(3);
  } else if (tile == 4) {
    lanes a = (IN(1) + IN(2)) / -6, c = (IN(3) + IN(4)) / 24;
    OUT(0) = 0.25f * IN(0) + a + c;
    OUT(1) = (IN(1) - IN(2)) / -6 + (IN(3) - IN(4)) / 12;
    OUT(2) = a + 4 * c + IN(5);
  }
}

// One line of a kernel: G g.
INLINE void NAME(weight_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  lanes even = IN(0) + IN(2);
  OUT(0) = IN(0);
  OUT(tile + 1) = IN(2);
  if (tile == 2) {
    OUT(1) = 0.5f * (even + IN(1));
    OUT(2) = 0.5f * (even - IN(1));
  } else if (tile == 4) {
    lanes wide = IN(0) + 4 * IN(2);
    OUT(0) = 0.25f * IN(0);
    OUT(1) = (even + IN(1)) / -6;
    OUT(2) = (even - IN(1)) / -6;
    OUT(3) = (wide + 2 * IN(1)) / 24;
    OUT(4) = (wide - 2 * IN(1)) / 24;
  } else {
    lanes wide = IN(0) + 4 * IN(2), narrow = 4 * IN(0) + IN(2);
    OUT(1) = (even + IN(1)) * -2 / 9;
    OUT(2) = (even - IN(1)) * -2 / 9;
    OUT(3) = (wide + 2 * IN(1)) / 90;
    OUT(4) = (wide - 2 * IN(1)) / 90;
    OUT(5) = (narrow + 2 * IN(1)) / 180;
    OUT(6) = (narrow - 2 * IN(1)) / 180;
  }
#undef IN
#undef OUT
}

INLINE void NAME(transform_input)(
    const pbk_convolution *convolution, const int tile, const float *source, float *transformed, int first_tile,
    int end_tile, int slots, int first_block, int end_block) {
  const int side = tile + 2, columns = pbk_tile_columns(convolution), rows = pbk_tile_rows(convolution);
  const int height = convolution->input_height, width = convolution->input_width;
  const int blocks = pbk_input_blocks(convolution);
  const size_t plane = (size_t)height * (size_t)width * LANES, line = (size_t)width * LANES;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  for (int block = first_block; block < end_block; block++) {
    for (int index = first_tile; index < end_tile; index++) {
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * tile - convolution->padding, left = place % columns * tile - convolution->padding;
      const float *map = source + ((size_t)image * (size_t)blocks + (size_t)block) * plane;
      lanes cells[8 * 8], half[8 * 8];
      const lanes *from = cells;
      size_t step = (size_t)side;
      if (top >= 0 && left >= 0 && top + side <= height && left + side <= width) {
        from = (const lanes *)(map + (size_t)top * line) + left;
        step = (size_t)width;
      } else {
        for (int row = 0; row < side; row++)
          for (int column = 0; column < side; column++) {
            int y = top + row, x = left + column;
            bool inside = y >= 0 && y < height && x >= 0 && x < width;
            cells[row * side + column] =
                inside ? *(const lanes *)(map + (size_t)y * line + (size_t)x * LANES) : (lanes){0};
          }
      }
#pragma clang loop unroll(full)
      for (int column = 0; column < side; column++)
        NAME(input_line)(tile, from + column, step, half + column, (size_t)side);
      float *slot = transformed + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      for (int row = 0; row < side; row++) {
        lanes full[8];
        NAME(input_line)(tile, half + row * side, 1, full, 1);
        for (int column = 0; column < side; column++)
          *(lanes *)(slot + (size_t)(row * side + column) * position_stride) = full[column];
      }
    }
  }
}

INLINE void NAME(transform_output)(
    const pbk_convolution *convolution, const int tile, const float *products, const float *bias,
    const float *addend, float *destination, int first_tile, int end_tile, int slots, int first_block,
    int end_block) {
  const int side = tile + 2, columns = pbk_tile_columns(convolution), rows = pbk_tile_rows(convolution);
  const int height = convolution->output_height, width = convolution->output_width;
  const int blocks = pbk_output_blocks(convolution);
  const size_t plane = (size_t)height * (size_t)width * LANES;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  for (int block = first_block; block < end_block; block++) {
    lanes shift = *(const lanes *)(bias + block * LANES);
    for (int index = first_tile; index < end_tile; index++) {
      const float *slot = products + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      lanes half[8 * 8], full[8];
      for (int column = 0; column < side; column++) {
        lanes line[8];
        for (int row = 0; row < side; row++)
          line[row] = *(const lanes *)(slot + (size_t)(row * side + column) * position_stride);
        NAME(output_line)(tile, line, 1, half + column, (size_t)side);
      }
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * tile, left = place % columns * tile;
      int bottom = height - top < tile ? height - top : tile, right = width - left < tile ? width - left : tile;
      size_t offset = ((size_t)image * (size_t)blocks + (size_t)block) * plane
          + ((size_t)top * (size_t)width + (size_t)left) * LANES;
      for (int row = 0; row < bottom; row++, offset += (size_t)width * LANES) {
        NAME(output_line)(tile, half + row * side, 1, full, 1);
        for (int column = 0; column < right; column++) {
          size_t cell = offset + (size_t)column * LANES;
          lanes sum = full[column] + shift;
          if (addend != NULL) sum += *(const lanes *)(addend + cell);
          *(lanes *)(destination + cell) = NAME(activate)(convolution, sum);
        }
      }
    }
  }
}

INLINE void NAME(transform_weights)(
    const pbk_convolution *convolution, const int tile, const float *weights, float *packed, int first_panel,
    int end_panel) {
  const int side = tile + 2, inputs = convolution->input_channels, outputs = convolution->output_channels;
  const int padded = pbk_input_blocks(convolution) * LANES, blocks = pbk_output_blocks(convolution);
  const size_t position_stride = (size_t)padded * (size_t)blocks * LANES;
  for (int panel = first_panel; panel < end_panel; panel++) {
    int vectors = blocks - panel * PANEL < PANEL ? blocks - panel * PANEL : PANEL;
    for (int input = 0; input < padded; input++)
      for (int vector = 0; vector < vectors; vector++) {
        lanes kernel[9], half[8 * 3], full[8];
        for (int lane = 0; lane < LANES; lane++) {
          int output = (panel * PANEL + vector) * LANES + lane;
          bool exists = input < inputs && output < outputs;
          int step;
          const float *cells = pbk_cells(convolution, weights, output, input, &step);
          for (int cell = 0; cell < 9; cell++) kernel[cell][lane] = exists ? cells[cell * step] : 0;
        }
        for (int column = 0; column < 3; column++) NAME(weight_line)(tile, kernel + column, 3, half + column, 3);
        float *place = packed + (size_t)panel * PANEL * (size_t)padded * LANES
            + ((size_t)input * (size_t)vectors + (size_t)vector) * LANES;
        for (int row = 0; row < side; row++) {
          NAME(weight_line)(tile, half + row * 3, 1, full, 1);
          for (int column = 0; column < side; column++)
            *(lanes *)(place + (size_t)(row * side + column) * position_stride) = full[column];
        }
      }
  }
}

INLINE void NAME(transform_gradient)(
    const pbk_convolution *convolution, const int tile, const float *gradient, float *transformed, int first_tile,
    int end_tile, int slots, int first_panel, int end_panel) {
  const int side = tile + 2, columns = pbk_tile_columns(convolution), rows = pbk_tile_rows(convolution);
  const int height = convolution->output_height, width = convolution->output_width;
  const int blocks = pbk_output_blocks(convolution);
  const size_t plane = (size_t)height * (size_t)width * LANES, line = (size_t)width * LANES;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  for (int panel = first_panel; panel < end_panel; panel++) {
    int vectors = blocks - panel * PANEL < PANEL ? blocks - panel * PANEL : PANEL;
    for (int vector = 0; vector < vectors; vector++)
      for (int index = first_tile; index < end_tile; index++) {
        int image = index / (rows * columns), place = index % (rows * columns);
        int top = place / columns * tile, left = place % columns * tile;
        int bottom = height - top < tile ? height - top : tile, right = width - left < tile ? width - left : tile;
        const float *map = gradient + ((size_t)image * (size_t)blocks + (size_t)(panel * PANEL + vector)) * plane
            + (size_t)top * line + (size_t)left * LANES;
        lanes cells[4 * 4], half[6 * 4], full[6];
        for (int row = 0; row < tile; row++)
          for (int column = 0; column < tile; column++)
            cells[row * tile + column] = row < bottom && column < right
                ? *(const lanes *)(map + (size_t)row * line + (size_t)column * LANES)
                : (lanes){0};
        for (int column = 0; column < tile; column++)
          NAME(gradient_line)(tile, cells + column, (size_t)tile, half + column, (size_t)tile);
        float *slot = transformed + (size_t)panel * PANEL * (size_t)slots * LANES
            + ((size_t)(index - first_tile) * (size_t)vectors + (size_t)vector) * LANES;
        for (int row = 0; row < side; row++) {
          NAME(gradient_line)(tile, half + row * tile, 1, full, 1);
          for (int column = 0; column < side; column++)
            *(lanes *)(slot + (size_t)(row * side + column) * position_stride) = full[column];
        }
      }
  }
}

INLINE void NAME(collect_weights)(
    const pbk_convolution *convolution, const int tile, const float *packed, float *weights, int first_panel,
    int end_panel) {
  const int side = tile + 2, inputs = convolution->input_channels, outputs = convolution->output_channels;
  const int padded = pbk_input_blocks(convolution) * LANES, blocks = pbk_output_blocks(convolution);
  const size_t position_stride = (size_t)padded * (size_t)blocks * LANES;
  for (int panel = first_panel; panel < end_panel; panel++) {
    int vectors = blocks - panel * PANEL < PANEL ? blocks - panel * PANEL : PANEL;
    for (int input = 0; input < inputs; input++)
      for (int vector = 0; vector < vectors; vector++) {
        const float *place = packed + (size_t)panel * PANEL * (size_t)padded * LANES
            + ((size_t)input * (size_t)vectors + (size_t)vector) * LANES;
        lanes half[3 * 6], kernel[9];
        for (int column = 0; column < side; column++) {
          lanes cells[6];
          for (int row = 0; row < side; row++)
            cells[row] = *(const lanes *)(place + (size_t)(row * side + column) * position_stride);
          NAME(weight_gradient_line)(tile, cells, 1, half + column, (size_t)side);
        }
        for (int row = 0; row < 3; row++) NAME(weight_gradient_line)(tile, half + row * side, 1, kernel + row * 3, 1);
        int first = (panel * PANEL + vector) * LANES;
        for (int lane = 0; lane < LANES && first + lane < outputs; lane++) {
          float *cells = weights + ((size_t)(first + lane) * (size_t)inputs + (size_t)input) * 9;
          for (int cell = 0; cell < 9; cell++) cells[cell] = kernel[cell][lane];
        }
      }
  }
}

static TARGET void NAME(sum_cells)(const float *cells, size_t count, float *sums) {
  lanes sum = *(const lanes *)sums;
  for (size_t cell = 0; cell < count; cell++) sum += *(const lanes *)(cells + cell * LANES);
  *(lanes *)sums = sum;
}

// A copy for each tile, so that its loops have constant lengths.
static TARGET void NAME(any_transform_input)(
    const pbk_convolution *c, const float *source, float *transformed, int first_tile, int end_tile, int slots,
    int first_block, int end_block) {
  switch (c->tile) {
  case 2: NAME(transform_input)(c, 2, source, transformed, first_tile, end_tile, slots, first_block, end_block); break;
  case 4: NAME(transform_input)(c, 4, source, transformed, first_tile, end_tile, slots, first_block, end_block); break;
  default: NAME(transform_input)(c, 6, source, transformed, first_tile, end_tile, slots, first_block, end_block);
  }
}

static TARGET void NAME(any_transform_output)(
    const pbk_convolution *c, const float *products, const float *bias, const float *addend, float *destination,
    int first_tile, int end_tile, int slots, int first_block, int end_block) {
#define RUN(tile) \
  NAME(transform_output)( \
      c, tile, products, bias, addend, destination, first_tile, end_tile, slots, first_block, end_block)
  switch (c->tile) {
  case 2: RUN(2); break;
  case 4: RUN(4); break;
  default: RUN(6);
  }
#undef RUN
}

static TARGET void NAME(any_transform_weights)(
    const pbk_convolution *c, const float *weights, float *packed, int first_panel, int end_panel) {
  switch (c->tile) {
  case 2: NAME(transform_weights)(c, 2, weights, packed, first_panel, end_panel); break;
  case 4: NAME(transform_weights)(c, 4, weights, packed, first_panel, end_panel); break;
  default: NAME(transform_weights)(c, 6, weights, packed, first_panel, end_panel);
  }
}

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

static TARGET void NAME(any_transform_gradient)(
    const pbk_convolution *c, const float *gradient, float *transformed, int first_tile, int end_tile, int slots,
    int first_panel, int end_panel) {
#define RUN(tile) \
  NAME(transform_gradient)(c, tile, gradient, transformed, first_tile, end_tile, slots, first_panel, end_panel)
  if (c->tile == 2)
    RUN(2);
  else
    RUN(4);
#undef RUN
}

static TARGET void NAME(any_collect_weights)(
    const pbk_convolution *c, const float *packed, float *weights, int first_panel, int end_panel) {
  if (c->tile == 2)
    NAME(collect_weights)(c, 2, packed, weights, first_panel, end_panel);
  else
    NAME(collect_weights)(c, 4, packed, weights, first_panel, end_panel);
}

const pbk_kernels NAME(pbk_kernels) = {
    LANES,
    MOST_ROWS,
    NAME(products),
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
