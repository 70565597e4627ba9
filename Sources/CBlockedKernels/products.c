#include "internal.h"

void pbk_multiply_rows(const pbk_kernels *kernels, pbk_product product, int vectors, int row_count) {
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

// Rows of pixels that one item takes, and how they lie.
typedef struct {
  int line_length, line_count;  // pixels one after the other, and how many such lines in an image
  int lines_per_item, items_per_image;
} product_lines;

// About so many floats of the source stay in a core's second-level cache while all panels pass over them.
enum { RESIDENT_FLOATS = 48 * 1024 };

static product_lines lines_of(const pbk_convolution *c) {
  product_lines lines;
  bool whole = c->kernel == 1 && c->stride == 1 && !pbk_needs_padded_copy(c);
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
  bool copied = pbk_needs_padded_copy(c), whole = c->kernel == 1 && c->stride == 1 && !copied;
  size_t width = (size_t)(copied ? pbk_padded_width(c) : c->input_width);
  size_t plane = width * (size_t)(copied ? pbk_padded_height(c) : c->input_height) * block;
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
      pbk_multiply_rows(work->kernels, product, pbk_panel_width(c, panel), left < lines.line_length ? left : lines.line_length);
    }
}

static void copy_padded(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, width = (size_t)pbk_padded_width(c), height = (size_t)pbk_padded_height(c);
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

// ---- one cell an image: a fully connected layer -------------------------------------------------------------

// So many channels of a panel stay in the first-level cache, and so many rows of them in the second, while the others
// pass over them.
enum { SLICE_CHANNELS = 512, SLICE_ROWS = 96 };

static bool is_fully_connected(const pbk_convolution *c) {
  return c->output_height == 1 && c->output_width == 1 && !pbk_needs_padded_copy(c) && c->batch > 1;
}

static int panels_per_item(const pbk_convolution *c) {
  int wanted = pbk_quotient(pbk_panel_count(c), 4 * c->threads);
  return wanted < 8 ? wanted : 8;
}

static void multiply_slice(const pbk_work *work, int panel, int first_row, int first_block) {
  const pbk_convolution *c = work->operation;
  int inputs = pbk_input_blocks(c), taps = c->kernel * c->kernel;
  int slice = pbk_quotient(SLICE_CHANNELS, c->block * taps), left = inputs - first_block;
  int rows = c->batch - first_row < SLICE_ROWS ? c->batch - first_row : SLICE_ROWS;
  bool is_last = left <= slice;
  size_t block = (size_t)c->block, plane = (size_t)c->input_height * (size_t)c->input_width * block;
  size_t result_stride = (size_t)pbk_output_blocks(c) * block, first_output = (size_t)panel * PANEL * block;
  size_t result = (size_t)first_row * result_stride + first_output;
  pbk_product product = {
      .rows = work->source + ((size_t)first_row * (size_t)inputs + (size_t)first_block) * plane,
      .row_stride = (size_t)inputs * plane,
      .block_stride = plane,
      .block_count = is_last ? left : slice,
      .taps = work->taps,
      .tap_count = taps,
      .weights = work->weights + first_output * (size_t)inputs * block * (size_t)taps
          + (size_t)first_block * block * (size_t)taps * (size_t)pbk_panel_width(c, panel) * block,
      .result = work->destination + result,
      .result_row_stride = result_stride,
      .result_stride = block,
      .continues = first_block > 0,
      .bias = first_block > 0 ? NULL : work->bias + first_output,
      .addend = first_block > 0 || work->addend == NULL ? NULL : work->addend + result,
      .convolution = is_last ? c : NULL};
  pbk_multiply_rows(work->kernels, product, pbk_panel_width(c, panel), rows);
}

static void run_panels(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  int slice = pbk_quotient(SLICE_CHANNELS, c->block * c->kernel * c->kernel), size = panels_per_item(c);
  int first = item * size, end = first + size < pbk_panel_count(c) ? first + size : pbk_panel_count(c);
  for (int block = 0; block < pbk_input_blocks(c); block += slice)
    for (int row = 0; row < c->batch; row += SLICE_ROWS)
      for (int panel = first; panel < end; panel++) multiply_slice(work, panel, row, block);
}

void pbk_run_products(pbk_work *work) {
  const pbk_convolution *c = work->operation;
  int width = c->input_width;
  if (pbk_needs_padded_copy(c)) {
    pbk_share(work, c->batch * pbk_input_blocks(c), c->threads, copy_padded);
    width = pbk_padded_width(c);
  }
  for (int cell = 0; cell < c->kernel * c->kernel; cell++)
    work->taps[cell] = (cell / c->kernel * width + cell % c->kernel) * c->block;
  if (is_fully_connected(c)) {
    pbk_share(work, pbk_quotient(pbk_panel_count(c), panels_per_item(c)), c->threads, run_panels);
    return;
  }
  product_lines lines = lines_of(c);
  pbk_share(work, c->batch * lines.items_per_image * panel_pieces(c, &lines), c->threads, run_lines);
}
