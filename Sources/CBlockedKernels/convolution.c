#include "internal.h"

// ---- memory -----------------------------------------------------------------------------------------------

// Rows and columns of the source with its border of zeros, as far as the kernel reaches.
static int padded_height(const pbk_convolution *c) { return (c->output_height - 1) * c->stride + c->kernel; }
static int padded_width(const pbk_convolution *c) { return (c->output_width - 1) * c->stride + c->kernel; }

static bool needs_padded_copy(const pbk_convolution *c) {
  return c->padding > 0 || padded_height(c) > c->input_height || padded_width(c) > c->input_width;
}

static int slot_count(const pbk_convolution *c) { return c->tile_group > 0 ? c->tile_group : pbk_tile_count(c); }

static size_t transformed_count(const pbk_convolution *c, int blocks) {
  return (size_t)pbk_positions(c) * pbk_position_stride(blocks, slot_count(c), c->block);
}

size_t pbk_weights_count(const pbk_convolution *c) {
  size_t cells = c->tile > 0 ? (size_t)pbk_positions(c) : (size_t)c->kernel * (size_t)c->kernel;
  return cells * (size_t)(pbk_input_blocks(c) * c->block) * (size_t)(pbk_output_blocks(c) * c->block);
}

size_t pbk_bias_count(const pbk_convolution *c) { return (size_t)(pbk_output_blocks(c) * c->block); }

size_t pbk_scratch_count(const pbk_convolution *c) {
  if (c->tile > 0) {
    size_t sets = c->tile_group > 0 ? (size_t)c->threads : 1;
    return sets * (transformed_count(c, pbk_input_blocks(c)) + transformed_count(c, pbk_output_blocks(c)));
  }
  if (!needs_padded_copy(c)) return 0;
  return (size_t)c->batch * (size_t)(pbk_input_blocks(c) * c->block) * (size_t)padded_height(c)
      * (size_t)padded_width(c);
}

void pbk_pack_bias(const pbk_convolution *c, const float *bias, float *packed) {
  memset(packed, 0, pbk_bias_count(c) * sizeof(float));
  if (bias != NULL) memcpy(packed, bias, (size_t)c->output_channels * sizeof(float));
}

// ---- packing ----------------------------------------------------------------------------------------------

static void pack_plain(const pbk_convolution *c, const float *weights, float *packed, int panel) {
  int block = c->block, cells = c->kernel * c->kernel, inputs = pbk_input_blocks(c) * block;
  int vectors = pbk_panel_width(c, panel);
  packed += (size_t)panel * PANEL * (size_t)block * (size_t)inputs * (size_t)cells;
  for (int first = 0; first < inputs; first += block)
    for (int cell = 0; cell < cells; cell++)
      for (int channel = first; channel < first + block; channel++)
        for (int lane = 0; lane < vectors * block; lane++) {
          int output = panel * PANEL * block + lane;
          bool exists = channel < c->input_channels && output < c->output_channels;
          int step;
          const float *first_cell = pbk_cells(c, weights, output, channel, &step);
          *packed++ = exists ? first_cell[cell * step] : 0;
        }
}

static void pack_panel(const pbk_work *work, int panel, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  if (c->tile > 0)
    work->kernels->transform_weights(c, work->weights, work->destination, panel, panel + 1);
  else
    pack_plain(c, work->weights, work->destination, panel);
}

void pbk_pack_weights(const pbk_convolution *c, const float *weights, float *packed) {
  pbk_work work = {.operation = c, .kernels = pbk_kernels_for(c->block), .weights = weights, .destination = packed};
  pbk_share(&work, pbk_panel_count(c), c->threads, pack_panel);
}

// ---- Winograd ---------------------------------------------------------------------------------------------

// Rows of a count in pieces of nearly one size, none larger than what fits the registers.
static void multiply_rows(const pbk_kernels *kernels, pbk_product product, int vectors, int row_count) {
  int pieces = pbk_quotient(row_count, kernels->most_rows);
  for (int index = 0, row = 0; index < pieces; index++) {
    int end = (int)((long)row_count * (index + 1) / pieces), rows = end - row;
    kernels->products[vectors - 1][rows - 1](&product);
    product.rows += (size_t)rows * product.row_stride;
    product.result += (size_t)rows * product.result_row_stride;
    if (product.addend != NULL) product.addend += (size_t)rows * product.result_row_stride;
    row = end;
  }
}

static void multiply_position(
    const pbk_work *work, const float *transformed, float *products, int position, int panel, int tile_count) {
  const pbk_convolution *c = work->operation;
  int block = c->block, inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = slot_count(c);
  static const int no_taps[1] = {0};
  pbk_product product = {
      .rows = transformed + (size_t)position * pbk_position_stride(inputs, slots, block),
      .row_stride = (size_t)block,
      .block_stride = (size_t)(slots * block),
      .block_count = inputs,
      .taps = no_taps,
      .tap_count = 1,
      .weights = work->weights
          + ((size_t)position * (size_t)outputs + (size_t)panel * PANEL) * (size_t)(inputs * block) * (size_t)block,
      .result = products + (size_t)position * pbk_position_stride(outputs, slots, block)
          + (size_t)panel * PANEL * (size_t)(slots * block),
      .result_row_stride = (size_t)block,
      .result_stride = (size_t)(slots * block)};
  multiply_rows(work->kernels, product, pbk_panel_width(c, panel), tile_count);
}

static void run_tile_group(const pbk_work *work, int group, int thread) {
  const pbk_convolution *c = work->operation;
  int inputs = pbk_input_blocks(c), outputs = pbk_output_blocks(c), slots = slot_count(c), panels = pbk_panel_count(c);
  size_t transformed = transformed_count(c, inputs), all = transformed + transformed_count(c, outputs);
  float *tiles = work->scratch + (size_t)thread * all, *products = tiles + transformed;
  int first = group * slots, end = first + slots < pbk_tile_count(c) ? first + slots : pbk_tile_count(c);
  work->kernels->transform_input(c, work->source, tiles, first, end, slots, 0, inputs);
  for (int position = 0; position < pbk_positions(c); position++)
    for (int panel = 0; panel < panels; panel++)
      multiply_position(work, tiles, products, position, panel, end - first);
  work->kernels->transform_output(
      c, products, work->bias, work->addend, work->destination, first, end, slots, 0, outputs);
}

static void transform_input_block(const pbk_work *work, int block, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  work->kernels->transform_input(
      c, work->source, work->scratch, 0, pbk_tile_count(c), slot_count(c), block, block + 1);
}

static void multiply_item(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  int panels = pbk_panel_count(c);
  float *products = work->scratch + transformed_count(c, pbk_input_blocks(c));
  multiply_position(work, work->scratch, products, item / panels, item % panels, pbk_tile_count(c));
}

static void transform_output_block(const pbk_work *work, int block, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  const float *products = work->scratch + transformed_count(c, pbk_input_blocks(c));
  work->kernels->transform_output(
      c, products, work->bias, work->addend, work->destination, 0, pbk_tile_count(c), slot_count(c), block, block + 1);
}

static void run_winograd(pbk_work *work) {
  const pbk_convolution *c = work->operation;
  if (c->tile_group > 0) {
    pbk_share(work, pbk_quotient(pbk_tile_count(c), c->tile_group), c->threads, run_tile_group);
    return;
  }
  pbk_share(work, pbk_input_blocks(c), c->threads, transform_input_block);
  pbk_share(work, pbk_positions(c) * pbk_panel_count(c), c->threads, multiply_item);
  pbk_share(work, pbk_output_blocks(c), c->threads, transform_output_block);
}

// ---- matrix products --------------------------------------------------------------------------------------

// Rows of pixels that one item takes, and how they lie.
typedef struct {
  int line_length, line_count;  // pixels one after the other, and how many such lines in an image
  int lines_per_item, items_per_image;
} product_lines;

// About so many floats of the source stay in a core's second-level cache while all panels pass over them.
enum { RESIDENT_FLOATS = 48 * 1024 };

static product_lines lines_of(const pbk_convolution *c) {
  product_lines lines;
  bool whole = c->kernel == 1 && c->stride == 1 && !needs_padded_copy(c);
  int pixels = c->output_height * c->output_width;
  int inputs = pbk_input_blocks(c) * c->block;
  int wanted = RESIDENT_FLOATS / inputs / (c->stride * c->stride);
  if (whole) {
    int pieces = pbk_quotient(pixels, wanted < 24 ? 24 : wanted);
    lines.line_length = pbk_quotient(pixels, pieces);
    lines.line_count = pbk_quotient(pixels, lines.line_length);
  } else {
    lines.line_length = c->output_width;
    lines.line_count = c->output_height;
  }
  int per_item = wanted / lines.line_length;
  lines.lines_per_item = whole || per_item < 1 ? 1 : per_item > lines.line_count ? lines.line_count : per_item;
  lines.items_per_image = pbk_quotient(lines.line_count, lines.lines_per_item);
  return lines;
}

// Few pixels are shared by panels as well, so that every thread has work and reads a part of the weights only.
static int panel_pieces(const pbk_convolution *c, const product_lines *lines) {
  int items = c->batch * lines->items_per_image, wanted = 4 * c->threads;
  int pieces = items >= wanted ? 1 : pbk_quotient(wanted, items);
  return pieces < pbk_panel_count(c) ? pieces : pbk_panel_count(c);
}

static void run_lines(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  product_lines lines = lines_of(c);
  int pieces = panel_pieces(c, &lines), panels = pbk_panel_count(c);
  int first_panel = item % pieces * panels / pieces, end_panel = (item % pieces + 1) * panels / pieces;
  item /= pieces;
  int image = item / lines.items_per_image, first = item % lines.items_per_image * lines.lines_per_item;
  int end = first + lines.lines_per_item < lines.line_count ? first + lines.lines_per_item : lines.line_count;

  size_t block = (size_t)c->block, inputs = (size_t)pbk_input_blocks(c), outputs = (size_t)pbk_output_blocks(c);
  bool copied = needs_padded_copy(c), whole = c->kernel == 1 && c->stride == 1 && !copied;
  size_t width = (size_t)(copied ? padded_width(c) : c->input_width);
  size_t plane = width * (size_t)(copied ? padded_height(c) : c->input_height) * block;
  size_t result_plane = (size_t)c->output_height * (size_t)c->output_width * block;
  const float *source = (copied ? work->scratch : work->source) + (size_t)image * inputs * plane;
  for (int panel = first_panel; panel < end_panel; panel++)
    for (int line = first; line < end; line++) {
      size_t pixel = (size_t)line * (size_t)lines.line_length;
      size_t start = whole ? pixel : (size_t)line * (size_t)c->stride * width;
      size_t result = ((size_t)image * outputs + (size_t)panel * PANEL) * result_plane + pixel * block;
      int left = c->output_height * c->output_width - (int)pixel;
      pbk_product product = {
          .rows = source + start * block,
          .row_stride = (size_t)c->stride * block,
          .block_stride = plane,
          .block_count = (int)inputs,
          .taps = work->taps,
          .tap_count = c->kernel * c->kernel,
          .weights = work->weights
              + (size_t)panel * PANEL * block * inputs * block * (size_t)(c->kernel * c->kernel),
          .result = work->destination + result,
          .result_row_stride = block,
          .result_stride = result_plane,
          .bias = work->bias + (size_t)panel * PANEL * block,
          .addend = work->addend == NULL ? NULL : work->addend + result,
          .convolution = c};
      multiply_rows(work->kernels, product, pbk_panel_width(c, panel), left < lines.line_length ? left : lines.line_length);
    }
}

static void copy_padded(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, width = (size_t)padded_width(c), height = (size_t)padded_height(c);
  const float *source = work->source + (size_t)item * (size_t)c->input_height * (size_t)c->input_width * block;
  float *copy = work->scratch + (size_t)item * height * width * block;
  int columns = c->input_width < (int)width - c->padding ? c->input_width : (int)width - c->padding;
  size_t left = (size_t)c->padding * block, middle = (size_t)columns * block, line = width * block;
  for (int row = 0; row < (int)height; row++, copy += line) {
    int y = row - c->padding;
    if (y < 0 || y >= c->input_height) {
      memset(copy, 0, line * sizeof(float));
      continue;
    }
    memset(copy, 0, left * sizeof(float));
    memcpy(copy + left, source + (size_t)y * (size_t)c->input_width * block, middle * sizeof(float));
    memset(copy + left + middle, 0, (line - left - middle) * sizeof(float));
  }
}

static void run_products(pbk_work *work) {
  const pbk_convolution *c = work->operation;
  int width = c->input_width;
  if (needs_padded_copy(c)) {
    pbk_share(work, c->batch * pbk_input_blocks(c), c->threads, copy_padded);
    width = padded_width(c);
  }
  for (int cell = 0; cell < c->kernel * c->kernel; cell++)
    work->taps[cell] = (cell / c->kernel * width + cell % c->kernel) * c->block;
  product_lines lines = lines_of(c);
  pbk_share(work, c->batch * lines.items_per_image * panel_pieces(c, &lines), c->threads, run_lines);
}

void pbk_run(
    const pbk_convolution *c, const float *source, const float *weights, const float *bias, const float *addend,
    float *destination, float *scratch) {
  pbk_work work = {
      .operation = c, .kernels = pbk_kernels_for(c->block), .source = source, .weights = weights, .bias = bias,
      .addend = addend, .destination = destination, .scratch = scratch};
  if (c->tile > 0)
    run_winograd(&work);
  else
    run_products(&work);
}
