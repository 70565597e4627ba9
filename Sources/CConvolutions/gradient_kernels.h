// Gradients of training; part of kernels.h, for every instruction set.

// ---- pooling ----------------------------------------------------------------------------------------------

// One row of windows, none of which share a cell: the gradient goes to a window's first largest value, the others get 0, and
// so do cells that no window holds.
INLINE void NAME(spread_line)(
    const pbk_pooling *pooling, const int kernel, const float *map, const float *pooled, const float *gradient,
    float *result, int output_row) {
  const int height = pooling->input_height, width = pooling->input_width;
  const size_t line = (size_t)width * LANES;
  const int top = output_row * kernel, bottom = top + kernel < height ? top + kernel : height;
  const lanes zero = {0};
  for (int output = 0; output < pooling->output_width; output++, pooled += LANES, gradient += LANES) {
    const int left = output * kernel, right = left + kernel < width ? left + kernel : width;
    const lanes largest = *(const lanes *)pooled, slope = *(const lanes *)gradient;
    marks open = (marks)zero == (marks)zero;
    for (int row = top; row < bottom; row++)
      for (int column = left; column < right; column++) {
        size_t cell = (size_t)row * line + (size_t)column * LANES;
        marks found = (*(const lanes *)(map + cell) == largest) & open;
        open &= ~found;
        *(lanes *)(result + cell) = NAME(select)(found, slope, zero);
      }
  }
  const int covered = pooling->output_width * kernel;
  for (int row = top; row < bottom && covered < width; row++)
    memset(result + (size_t)row * line + (size_t)covered * LANES, 0, (size_t)(width - covered) * LANES * sizeof(float));
  if (output_row == pooling->output_height - 1 && bottom < height)
    memset(result + (size_t)bottom * line, 0, (size_t)(height - bottom) * line * sizeof(float));
}

static TARGET void NAME(pool_gradient)(
    const pbk_pooling *pooling, const float *source, const float *pooled, const float *gradient, float *result,
    int first_line, int end_line) {
  const size_t plane = (size_t)pooling->input_height * (size_t)pooling->input_width * LANES;
  const size_t line = (size_t)pooling->output_width * LANES;
  for (int index = first_line; index < end_line; index++) {
    const size_t map = (size_t)(index / pooling->output_height) * plane, place = (size_t)index * line;
    int row = index % pooling->output_height;
    if (pooling->kernel == 2)
      NAME(spread_line)(pooling, 2, source + map, pooled + place, gradient + place, result + map, row);
    else
      NAME(spread_line)(pooling, pooling->kernel, source + map, pooled + place, gradient + place, result + map, row);
  }
}

// ---- bilinear resizing --------------------------------------------------------------------------------------

// The two cells that an element is a blend of, and what the second one weighs.
typedef struct {
  int low, high;
  float weight;
} NAME(blend);

INLINE NAME(blend) NAME(blend_at)(int index, int input, int output) {
  float place = ((float)index + 0.5f) * ((float)input / (float)output) - 0.5f;
  if (place < 0) place = 0;
  int low = (int)place;
  if (low > input - 1) low = input - 1;
  return (NAME(blend)){low, low + 1 < input ? low + 1 : low, place - (float)low};
}

static TARGET void NAME(resize_gradient)(const pbk_resizing *resizing, const float *gradient, float *result) {
  const size_t line = (size_t)resizing->input_width * LANES;
  memset(result, 0, (size_t)resizing->input_height * line * sizeof(float));
  for (int row = 0; row < resizing->output_height; row++) {
    const NAME(blend) rows = NAME(blend_at)(row, resizing->input_height, resizing->output_height);
    float *upper = result + (size_t)rows.low * line, *lower = result + (size_t)rows.high * line;
    for (int column = 0; column < resizing->output_width; column++, gradient += LANES) {
      const NAME(blend) columns = NAME(blend_at)(column, resizing->input_width, resizing->output_width);
      const lanes slope = *(const lanes *)gradient, below = slope * rows.weight, above = slope - below;
      const lanes above_right = above * columns.weight, below_right = below * columns.weight;
      *(lanes *)(upper + (size_t)columns.low * LANES) += above - above_right;
      *(lanes *)(upper + (size_t)columns.high * LANES) += above_right;
      *(lanes *)(lower + (size_t)columns.low * LANES) += below - below_right;
      *(lanes *)(lower + (size_t)columns.high * LANES) += below_right;
    }
  }
}

// ---- weights of a convolution that reads a row-major map ---------------------------------------------------

enum { MOST_PLAIN_CELLS = 9 };

// Adds, for one image and one block of output channels, the products of one channel's cells with the gradient: `rows` rows of
// the kernel from `first_row` on, all of its columns. Rows beyond the map are read from `zeros`.
INLINE void NAME(add_plain_cells)(
    const pbk_convolution *c, const float *channel, const float *gradient, const float *zeros, const int kernel,
    const int rows, int first_row, lanes *sums) {
  lanes held[MOST_PLAIN_CELLS];
  UNROLLED for (int cell = 0; cell < rows * kernel; cell++) held[cell] = sums[cell];
  for (int output_row = 0; output_row < c->output_height; output_row++) {
    const float *lines[MOST_PLAIN_CELLS];
    UNROLLED for (int row = 0; row < rows; row++) {
      int place = output_row * c->stride + first_row + row - c->padding;
      bool inside = place >= 0 && place < c->input_height;
      lines[row] = inside ? channel + (size_t)place * (size_t)c->input_width : zeros;
    }
    for (int output = 0; output < c->output_width; output++, gradient += LANES) {
      const lanes slope = *(const lanes *)gradient;
      const int left = output * c->stride - c->padding;
      if (left >= 0 && left + kernel <= c->input_width) {
        UNROLLED for (int row = 0; row < rows; row++)
          UNROLLED for (int column = 0; column < kernel; column++)
            held[row * kernel + column] += NAME(splat)(lines[row][left + column]) * slope;
        continue;
      }
      UNROLLED for (int row = 0; row < rows; row++)
        UNROLLED for (int column = 0; column < kernel; column++)
          if (left + column >= 0 && left + column < c->input_width)
            held[row * kernel + column] += NAME(splat)(lines[row][left + column]) * slope;
    }
  }
  UNROLLED for (int cell = 0; cell < rows * kernel; cell++) sums[cell] = held[cell];
}

// Sums over all images of rows first_row … first_row + rows − 1 of the kernel, for one input channel and one block of output
// channels: a vector of output channels a cell.
static TARGET void NAME(sum_plain_cells)(
    const pbk_convolution *c, const float *source, const float *gradient, const float *zeros, int input, int output_block,
    int first_row, int rows, float *result) {
  const size_t plane = (size_t)c->input_height * (size_t)c->input_width;
  const size_t map = (size_t)c->output_height * (size_t)c->output_width * LANES;
  const size_t blocks = (size_t)(c->output_channels + LANES - 1) / LANES;
  lanes sums[MOST_PLAIN_CELLS] = {{0}};
  for (size_t image = 0; image < (size_t)c->batch; image++) {
    const float *channel = source + (image * (size_t)c->input_channels + (size_t)input) * plane;
    const float *slopes = gradient + (image * blocks + (size_t)output_block) * map;
    switch (c->kernel) {
    case 1: NAME(add_plain_cells)(c, channel, slopes, zeros, 1, 1, first_row, sums); break;
    case 3: NAME(add_plain_cells)(c, channel, slopes, zeros, 3, 3, first_row, sums); break;
    case 5: NAME(add_plain_cells)(c, channel, slopes, zeros, 5, 1, first_row, sums); break;
    case 7: NAME(add_plain_cells)(c, channel, slopes, zeros, 7, 1, first_row, sums); break;
    }
  }
  for (int cell = 0; cell < rows * c->kernel; cell++) *(lanes *)(result + (size_t)cell * LANES) = sums[cell];
}
