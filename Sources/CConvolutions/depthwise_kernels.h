// ---- depthwise convolutions -------------------------------------------------------------------------------

// Up to DEPTHWISE_COLUMNS cells of a line are computed at once, their sums in registers, so that every cell of the source is
// loaded once for all the kernel's columns. A window that leaves the map is `checked`: cells outside are left out.
// Sums are added up row by row, column by column of the kernel, in whatever groups a line is computed.

typedef struct {
  const float *source;  // row 0 of the kernel, column 0 of the window; may lie outside of the map
  size_t line;          // floats between rows
  const float *weights;
  int first_row, end_row;  // of the kernel, inside of the map
  int first, end;          // columns of the window inside of the map
} NAME(window);

INLINE void NAME(depthwise_cells)(
    const NAME(window) w, const NAME(epilogue) epilogue, const float *addend, float *result, int known,
    const int kernel, const int stride, const int columns, const bool checked) {
  lanes sums[DEPTHWISE_COLUMNS];
  for (int column = 0; column < columns; column++) sums[column] = (lanes){0};
  for (int row = w.first_row; row < w.end_row; row++) {
    const float *cells = w.source + (size_t)row * w.line, *weights = w.weights + row * kernel * LANES;
    lanes factors[MOST_DEPTHWISE_KERNEL];
#pragma clang loop unroll(full)
    for (int tap = 0; tap < kernel; tap++) factors[tap] = *(const lanes *)(weights + tap * LANES);
#pragma clang loop unroll(full)
    for (int cell = 0; cell < (columns - 1) * stride + kernel; cell++) {
      if (checked && (cell < w.first || cell >= w.end)) continue;
      lanes value = *(const lanes *)(cells + cell * LANES);
#pragma clang loop unroll(full)
      for (int tap = 0; tap < kernel; tap++) {
        const int reach = cell - tap;
        if (reach >= 0 && reach % stride == 0 && reach / stride < columns) sums[reach / stride] += value * factors[tap];
      }
    }
  }
#pragma clang loop unroll(full)
  for (int column = 0; column < columns; column++)
    if (column >= known)
      *(lanes *)(result + column * LANES) =
          NAME(finish)(epilogue, sums[column], addend == NULL ? NULL : addend + column * LANES);
}

// Lines first … end of one block of channels. The last group of a line overlaps the one before it, whose cells it leaves as
// they are: the addend may be the result.
INLINE void NAME(depthwise_lines)(
    const pbk_depthwise *d, const float *map, const float *weights, const float *bias, const float *addend,
    float *result, int first_line, int end_line, const int kernel, const int stride, const int columns) {
  NAME(epilogue) epilogue = {*(const lanes *)bias, d->activation, d->alpha, d->beta, false};
  const int cells = (columns - 1) * stride + kernel, width = d->output_width;
  NAME(window) window = {.line = (size_t)d->input_width * LANES, .weights = weights};
  for (int line = first_line; line < end_line; line++) {
    const int top = line * stride - d->padding;
    window.first_row = top < 0 ? -top : 0;
    window.end_row = d->input_height - top < kernel ? d->input_height - top : kernel;
    for (int next = 0; next < width; next += columns) {
      const int column = next + columns > width ? width - columns : next, known = next - column;
      const int left = column * stride - d->padding;
      size_t offset = ((size_t)line * (size_t)width + (size_t)column) * LANES;
      window.source = map + ((ptrdiff_t)top * d->input_width + left) * LANES;
      window.first = left < 0 ? -left : 0;
      window.end = d->input_width - left;
      const float *added = addend == NULL ? NULL : addend + offset;
      if (window.first > 0 || window.end < cells)
        NAME(depthwise_cells)(window, epilogue, added, result + offset, known, kernel, stride, columns, true);
      else
        NAME(depthwise_cells)(window, epilogue, added, result + offset, known, kernel, stride, columns, false);
    }
  }
}

#define DEPTHWISE(kernel, stride, columns) \
  static TARGET void NAME(depthwise_##kernel##_##stride##_##columns)( \
      const pbk_depthwise *d, const float *map, const float *weights, const float *bias, const float *addend, \
      float *result, int first_line, int end_line) { \
    NAME(depthwise_lines)(d, map, weights, bias, addend, result, first_line, end_line, kernel, stride, columns); \
  }
#define DEPTHWISES(kernel, stride) \
  DEPTHWISE(kernel, stride, 1) DEPTHWISE(kernel, stride, 2) DEPTHWISE(kernel, stride, 3) DEPTHWISE(kernel, stride, 4) \
  DEPTHWISE(kernel, stride, 5) DEPTHWISE(kernel, stride, 6) DEPTHWISE(kernel, stride, 7) DEPTHWISE(kernel, stride, 8)
#define DEPTHWISE_LIST(kernel, stride) \
  {NAME(depthwise_##kernel##_##stride##_1), NAME(depthwise_##kernel##_##stride##_2), \
   NAME(depthwise_##kernel##_##stride##_3), NAME(depthwise_##kernel##_##stride##_4), \
   NAME(depthwise_##kernel##_##stride##_5), NAME(depthwise_##kernel##_##stride##_6), \
   NAME(depthwise_##kernel##_##stride##_7), NAME(depthwise_##kernel##_##stride##_8)}
DEPTHWISES(3, 1) DEPTHWISES(3, 2) DEPTHWISES(5, 1) DEPTHWISES(5, 2)

// ---- the gradient of the input, with stride 2 ---------------------------------------------------------------
// With stride 1 it is a depthwise convolution itself.

// DEPTHWISE_COLUMNS cells of a line of the source's gradient from 2 · `start` − padding on. The gradient's cell j adds to
// the cells 2j − padding … 2j − padding + kernel − 1.
INLINE void NAME(spread_cells)(
    const pbk_depthwise *d, const float *gradient, const float *weights, float *result, int line, int start,
    const int kernel, const bool checked) {
  lanes sums[DEPTHWISE_COLUMNS];
  for (int column = 0; column < DEPTHWISE_COLUMNS; column++) sums[column] = (lanes){0};
  for (int row = (line + d->padding) % 2; row < kernel; row += 2) {
    int above = (line + d->padding - row) / 2;
    if (line + d->padding < row || above >= d->output_height) continue;
    const float *cells = gradient + ((ptrdiff_t)above * d->output_width + start) * LANES;
    lanes factors[MOST_DEPTHWISE_KERNEL];
#pragma clang loop unroll(full)
    for (int tap = 0; tap < kernel; tap++) factors[tap] = *(const lanes *)(weights + (row * kernel + tap) * LANES);
#pragma clang loop unroll(full)
    for (int cell = -(kernel - 1) / 2; cell < DEPTHWISE_COLUMNS / 2; cell++) {
      if (checked && (start + cell < 0 || start + cell >= d->output_width)) continue;
      lanes value = *(const lanes *)(cells + cell * LANES);
#pragma clang loop unroll(full)
      for (int tap = 0; tap < kernel; tap++) {
        const int column = 2 * cell + tap;
        if (column >= 0 && column < DEPTHWISE_COLUMNS) sums[column] += value * factors[tap];
      }
    }
  }
  const int left = 2 * start - d->padding;
#pragma clang loop unroll(full)
  for (int column = 0; column < DEPTHWISE_COLUMNS; column++)
    if (!checked || (left + column >= 0 && left + column < d->input_width))
      *(lanes *)(result + ((ptrdiff_t)line * d->input_width + left + column) * LANES) = sums[column];
}

INLINE void NAME(spread_lines)(
    const pbk_depthwise *d, const float *gradient, const float *weights, float *result, int first_line, int end_line,
    const int kernel) {
  const int reach = (kernel - 1) / 2, half = DEPTHWISE_COLUMNS / 2;
  for (int line = first_line; line < end_line; line++)
    for (int start = 0; 2 * start - d->padding < d->input_width; start += half) {
      int left = 2 * start - d->padding;
      bool inside = left >= 0 && left + DEPTHWISE_COLUMNS <= d->input_width && start >= reach
          && start + half <= d->output_width;
      if (inside)
        NAME(spread_cells)(d, gradient, weights, result, line, start, kernel, false);
      else
        NAME(spread_cells)(d, gradient, weights, result, line, start, kernel, true);
    }
}

static TARGET void NAME(spread_3)(
    const pbk_depthwise *d, const float *gradient, const float *weights, float *result, int first_line, int end_line) {
  NAME(spread_lines)(d, gradient, weights, result, first_line, end_line, 3);
}
static TARGET void NAME(spread_5)(
    const pbk_depthwise *d, const float *gradient, const float *weights, float *result, int first_line, int end_line) {
  NAME(spread_lines)(d, gradient, weights, result, first_line, end_line, 5);
}

// ---- the gradient of the weights ------------------------------------------------------------------------------

// One cell of the output's gradient times the cells of the source under its window, whose columns first … end are added.
INLINE void NAME(add_products)(
    lanes products[MOST_DEPTHWISE_ROWS][MOST_DEPTHWISE_KERNEL], const float *gradient,
    const float *const sources[MOST_DEPTHWISE_ROWS], ptrdiff_t offset, const int rows, const int kernel, const int first,
    const int end) {
  lanes value = *(const lanes *)gradient;
#pragma clang loop unroll(full)
  for (int tap = 0; tap < kernel; tap++) {
    if (tap < first || tap >= end) continue;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++)
      products[row][tap] += value * *(const lanes *)(sources[row] + offset + tap * LANES);
  }
}

// The sums of `rows` rows of the kernel stay in registers while the lines of the output's gradient go by, each cell of which
// is loaded once for all of them. Rows outside of the map are `zeros`.
INLINE void NAME(depthwise_sums)(
    const pbk_depthwise *d, const float *map, const float *gradient, const float *zeros, float *sums, int first_line,
    int end_line, const int kernel, const int stride, const int first_row, const int rows) {
  lanes products[MOST_DEPTHWISE_ROWS][MOST_DEPTHWISE_KERNEL];
  for (int row = 0; row < rows; row++)
    for (int tap = 0; tap < kernel; tap++) products[row][tap] = (lanes){0};
  const int width = d->input_width, padding = d->padding;
  // Columns whose window lies inside of the map.
  const int first = pbk_quotient(padding, stride), left = width + padding - kernel;
  const int end = left < 0 ? 0 : left / stride + 1 < d->output_width ? left / stride + 1 : d->output_width;
  for (int line = first_line; line < end_line; line++) {
    const float *sources[MOST_DEPTHWISE_ROWS];
    for (int row = 0; row < rows; row++) {
      int y = line * stride - padding + first_row + row;
      sources[row] = (y < 0 || y >= d->input_height ? zeros : map + (ptrdiff_t)y * width * LANES) - padding * LANES;
    }
    const float *cells = gradient + (size_t)line * (size_t)d->output_width * LANES;
    const ptrdiff_t step = stride * LANES;
    int column = 0;
    for (; column + 4 <= end - first; column += 4) {
      // Cells of the source that two windows share are loaded once.
#pragma clang loop unroll(full)
      for (int next = 0; next < 4; next++)
        NAME(add_products)(
            products, cells + (first + column + next) * LANES, sources, (first + column + next) * step, rows, kernel, 0,
            kernel);
    }
    for (column += first; column < end; column++)
      NAME(add_products)(products, cells + column * LANES, sources, column * step, rows, kernel, 0, kernel);
    for (column = 0; column < d->output_width; column++) {
      if (column == first && end > first) column = end;
      if (column >= d->output_width) break;
      NAME(add_products)(
          products, cells + column * LANES, sources, column * step, rows, kernel, padding - column * stride,
          padding - column * stride + width);
    }
  }
  for (int row = 0; row < rows; row++)
    for (int tap = 0; tap < kernel; tap++) *(lanes *)(sums + ((first_row + row) * kernel + tap) * LANES) = products[row][tap];
}

// For all rows of the kernel, and behind them the sum of the gradient's cells.
static TARGET void NAME(depthwise_gradient)(
    const pbk_depthwise *d, const float *map, const float *gradient, const float *zeros, float *sums, int first_line,
    int end_line) {
  if (d->kernel == 3) {
    if (d->stride == 1)
      NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 3, 1, 0, 3);
    else
      NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 3, 2, 0, 3);
  } else {
#if MOST_DEPTHWISE_ROWS >= 5
    NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 5, d->stride, 0, 5);
#else
    NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 5, d->stride, 0, 2);
    NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 5, d->stride, 2, 2);
    NAME(depthwise_sums)(d, map, gradient, zeros, sums, first_line, end_line, 5, d->stride, 4, 1);
#endif
  }
  float *total = sums + d->kernel * d->kernel * LANES;
  *(lanes *)total = (lanes){0};
  const size_t width = (size_t)d->output_width;
  NAME(sum_cells)(gradient + (size_t)first_line * width * LANES, (size_t)(end_line - first_line) * width, total);
}

const pbk_depthwise_kernels NAME(pbk_depthwise_kernels) = {
    {{DEPTHWISE_LIST(3, 1), DEPTHWISE_LIST(3, 2)}, {DEPTHWISE_LIST(5, 1), DEPTHWISE_LIST(5, 2)}},
    {NAME(spread_3), NAME(spread_5)},
    NAME(depthwise_gradient),
};
