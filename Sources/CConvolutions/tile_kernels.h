// Tiles through Winograd's matrices, from maps and back; part of kernels.h, for every instruction set.

INLINE void NAME(transform_input)(
    const pbk_convolution *convolution, const int tile, const int stride, const float *source, float *transformed,
    int first_tile, int end_tile, int slots, int first_block, int end_block) {
  const int side = pbk_window_side(tile, stride);
  const int columns = pbk_tile_columns(convolution), rows = pbk_tile_rows(convolution);
  const int height = convolution->input_height, width = convolution->input_width;
  const int blocks = pbk_input_blocks(convolution);
  const size_t plane = (size_t)height * (size_t)width * LANES, line = (size_t)width * LANES;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  for (int block = first_block; block < end_block; block++) {
    for (int index = first_tile; index < end_tile; index++) {
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * tile * stride - convolution->padding;
      int left = place % columns * tile * stride - convolution->padding;
      const float *map = source + ((size_t)image * (size_t)blocks + (size_t)block) * plane;
      lanes cells[9 * 9], half[9 * 9];
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
        NAME(input_line)(tile, stride, from + column, step, half + column, (size_t)side);
      float *slot = transformed + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      for (int row = 0; row < side; row++) {
        lanes full[9];
        NAME(input_line)(tile, stride, half + row * side, 1, full, 1);
        for (int column = 0; column < side; column++)
          *(lanes *)(slot + (size_t)(row * side + column) * position_stride) = full[column];
      }
    }
  }
}

// Cells of a tile's transform; `bottom` and `right` are constants for a tile that lies inside of the map.
INLINE void NAME(put_tile)(
    const int tile, const int stride, const NAME(epilogue) epilogue, const lanes *half, const float *addend,
    float *destination, size_t line, int bottom, int right) {
  const int side = pbk_window_side(tile, stride);
  for (int row = 0; row < bottom; row++) {
    lanes full[6];
    NAME(output_line)(tile, stride, half + row * side, 1, full, 1);
    for (int column = 0; column < right; column++) {
      size_t cell = (size_t)row * line + (size_t)column * LANES;
      *(lanes *)(destination + cell) = NAME(finish)(epilogue, full[column], addend == NULL ? NULL : addend + cell);
    }
  }
}

// The largest of every two by two cells.
INLINE void NAME(put_pooled_tile)(
    const int tile, const int stride, const NAME(epilogue) epilogue, const lanes *half, float *destination, size_t line,
    int bottom, int right) {
  const int side = pbk_window_side(tile, stride);
  for (int row = 0; row < bottom; row += 2) {
    lanes upper[6], lower[6];
    NAME(output_line)(tile, stride, half + row * side, 1, upper, 1);
    NAME(output_line)(tile, stride, half + (row + 1) * side, 1, lower, 1);
    for (int column = 0; column < tile; column++)
      upper[column] = NAME(larger)(NAME(finish)(epilogue, upper[column], NULL), NAME(finish)(epilogue, lower[column], NULL));
    for (int column = 0; column < right; column += 2)
      *(lanes *)(destination + (size_t)(row / 2) * line + (size_t)(column / 2) * LANES) =
          NAME(larger)(upper[column], upper[column + 1]);
  }
}

INLINE void NAME(transform_output)(
    const pbk_convolution *convolution, const int tile, const int stride, const bool pools, const float *products,
    const float *bias, const float *addend, float *destination, int first_tile, int end_tile, int slots, int first_block,
    int end_block) {
  const int side = pbk_window_side(tile, stride), shrinking = pools ? 2 : 1;
  const int columns = pbk_tile_columns(convolution), rows = pbk_tile_rows(convolution);
  const int height = convolution->output_height, width = convolution->output_width;
  const int blocks = pbk_output_blocks(convolution);
  const size_t line = (size_t)(width / shrinking) * LANES, plane = (size_t)(height / shrinking) * line;
  const size_t position_stride = pbk_position_stride(blocks, slots, LANES);
  NAME(epilogue) epilogue = NAME(epilogue_of)(convolution);
  for (int block = first_block; block < end_block; block++) {
    epilogue.bias = *(const lanes *)(bias + block * LANES);
    for (int index = first_tile; index < end_tile; index++) {
      const float *slot = products + ((size_t)block * (size_t)slots + (size_t)(index - first_tile)) * LANES;
      lanes half[6 * 9];
      for (int column = 0; column < side; column++) {
        lanes cells[9];
        for (int row = 0; row < side; row++)
          cells[row] = *(const lanes *)(slot + (size_t)(row * side + column) * position_stride);
        NAME(output_line)(tile, stride, cells, 1, half + column, (size_t)side);
      }
      int image = index / (rows * columns), place = index % (rows * columns);
      int top = place / columns * tile, left = place % columns * tile;
      int bottom = height - top < tile ? height - top : tile, right = width - left < tile ? width - left : tile;
      size_t offset = ((size_t)image * (size_t)blocks + (size_t)block) * plane
          + (size_t)(top / shrinking) * line + (size_t)(left / shrinking) * LANES;
      const float *added = addend == NULL ? NULL : addend + offset;
      if (pools && bottom == tile && right == tile)
        NAME(put_pooled_tile)(tile, stride, epilogue, half, destination + offset, line, tile, tile);
      else if (pools)
        NAME(put_pooled_tile)(tile, stride, epilogue, half, destination + offset, line, bottom, right);
      else if (bottom == tile && right == tile)
        NAME(put_tile)(tile, stride, epilogue, half, added, destination + offset, line, tile, tile);
      else
        NAME(put_tile)(tile, stride, epilogue, half, added, destination + offset, line, bottom, right);
    }
  }
}

INLINE void NAME(transform_weights)(
    const pbk_convolution *convolution, const int tile, const int stride, const float *weights, float *packed,
    int first_panel, int end_panel) {
  const int side = tile + 2, inputs = convolution->input_channels, outputs = convolution->output_channels;
  const int padded = pbk_input_blocks(convolution) * LANES, blocks = pbk_output_blocks(convolution);
  const size_t position_stride = (size_t)padded * (size_t)blocks * LANES;
  for (int panel = first_panel; panel < end_panel; panel++) {
    int vectors = pbk_panel_width(convolution, panel);
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
        for (int column = 0; column < 3; column++) NAME(weight_line)(tile, stride, kernel + column, 3, half + column, 3);
        float *place = packed + pbk_transformed_weight(convolution, panel, input, vector);
        for (int row = 0; row < side; row++) {
          NAME(weight_line)(tile, stride, half + row * 3, 1, full, 1);
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
    int vectors = pbk_panel_width(convolution, panel);
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
    int vectors = pbk_panel_width(convolution, panel);
    for (int input = 0; input < inputs; input++)
      for (int vector = 0; vector < vectors; vector++) {
        const float *place = packed + pbk_transformed_weight(convolution, panel, input, vector);
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

// A copy for each form, so that its loops have constant lengths.
#define FOR_EACH_FORM(convolution, RUN) \
  if ((convolution)->stride == 2) { \
    if ((convolution)->tile == 2) \
      RUN(2, 2); \
    else \
      RUN(4, 2); \
  } else if ((convolution)->tile == 2) \
    RUN(2, 1); \
  else if ((convolution)->tile == 4) \
    RUN(4, 1); \
  else \
    RUN(6, 1)

static TARGET void NAME(any_transform_input)(
    const pbk_convolution *c, const float *source, float *transformed, int first_tile, int end_tile, int slots,
    int first_block, int end_block) {
#define RUN(tile, stride) \
  NAME(transform_input)(c, tile, stride, source, transformed, first_tile, end_tile, slots, first_block, end_block)
  FOR_EACH_FORM(c, RUN);
#undef RUN
}

static TARGET void NAME(any_transform_output)(
    const pbk_convolution *c, const float *products, const float *bias, const float *addend, float *destination,
    int first_tile, int end_tile, int slots, int first_block, int end_block) {
#define RUN(tile, stride) \
  if ((c)->pools) \
    NAME(transform_output)( \
        c, tile, stride, true, products, bias, NULL, destination, first_tile, end_tile, slots, first_block, end_block); \
  else \
    NAME(transform_output)( \
        c, tile, stride, false, products, bias, addend, destination, first_tile, end_tile, slots, first_block, end_block)
  FOR_EACH_FORM(c, RUN);
#undef RUN
}

static TARGET void NAME(any_transform_weights)(
    const pbk_convolution *c, const float *weights, float *packed, int first_panel, int end_panel) {
#define RUN(tile, stride) NAME(transform_weights)(c, tile, stride, weights, packed, first_panel, end_panel)
  FOR_EACH_FORM(c, RUN);
#undef RUN
}
#undef FOR_EACH_FORM

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
