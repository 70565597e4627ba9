#include "internal.h"

void pbk_multiply_rows(const pbk_kernels *kernels, pbk_product product, int vectors, int row_count) {
  int pieces = pbk_quotient(row_count, kernels->most_rows), left = product.ahead_count;
  int most = pbk_quotient(left, pieces * product.block_count);
  bool is_dense = product.row_stride == (size_t)kernels->lanes;
  pbk_product_kernel *const *multiply =
      (is_dense ? kernels->dense_products : left > 0 ? kernels->fetching_products : kernels->products)[vectors - 1];
  for (int index = 0, row = 0; index < pieces; index++) {
    int end = (int)((long)row_count * (index + 1) / pieces), rows = end - row;
    product.ahead_count = left > 0 ? most : 0;
    multiply[rows - 1](&product);
    product.rows += (size_t)rows * product.row_stride;
    product.result += (size_t)rows * product.result_row_stride;
    if (product.addend != NULL) product.addend += (size_t)rows * product.result_row_stride;
    if (left > 0) product.ahead += (size_t)product.ahead_count * (size_t)product.block_count * 64;
    left -= product.ahead_count * product.block_count;
    row = end;
  }
}

// So many channels of a panel, over all taps, stay in the first-level cache while rows pass over them; about so many floats
// of the same channels of the source stay in a core's second-level cache while panels pass over them.
enum { SLICE_CHANNELS = 512, RESIDENT_FLOATS = 48 * 1024 };

// Input channels are taken in slices of nearly one size, in blocks: by slice, group of rows and panel.
typedef struct {
  const pbk_convolution *convolution;
  int size, groups, first_panel, end_panel;
  int first_block, group, panel;  // where it stands
} product_slices;

static product_slices slices_of(const pbk_convolution *c, int groups, int first_panel, int end_panel) {
  int most = pbk_quotient(SLICE_CHANNELS, c->block * c->kernel * c->kernel), blocks = pbk_input_blocks(c);
  int size = pbk_quotient(blocks, pbk_quotient(blocks, most));
  return (product_slices){c, size, groups, first_panel, end_panel, 0, 0, first_panel};
}

static bool has_slice(const product_slices *slices) { return slices->first_block < pbk_input_blocks(slices->convolution); }

static void go_on(product_slices *slices) {
  if (++slices->panel < slices->end_panel) return;
  slices->panel = slices->first_panel;
  if (++slices->group < slices->groups) return;
  slices->group = 0;
  slices->first_block += slices->size;
}

static const float *slice_weights(const product_slices *slices, const float *weights) {
  const pbk_convolution *c = slices->convolution;
  size_t block = (size_t)c->block, cells = (size_t)c->kernel * (size_t)c->kernel;
  size_t before = (size_t)slices->panel * PANEL * (size_t)pbk_input_blocks(c);
  size_t within = (size_t)slices->first_block * (size_t)pbk_panel_width(c, slices->panel);
  return weights + (before + within) * block * cells * block;
}

// Of a product with all input channels the part of the slice, which begins the sums, adds to them or ends them; meanwhile
// `index` of `count` equal parts of the next slice's weights are fetched.
static pbk_product slice_of(pbk_product whole, const product_slices *slices, const pbk_work *work, int index, int count) {
  const pbk_convolution *c = slices->convolution;
  int left = whole.block_count - slices->first_block;
  whole.block_count = left < slices->size ? left : slices->size;
  whole.rows += (size_t)slices->first_block * whole.block_stride;
  whole.weights = slice_weights(slices, work->weights);
  bool begins = slices->first_block == 0, ends = left <= slices->size;
  whole.continues = !begins;
  if (!begins) whole.bias = NULL;
  if (c->activates_first ? !ends : !begins) whole.addend = NULL;
  if (!ends) whole.convolution = NULL;
  product_slices next = *slices;
  go_on(&next);
  // Few weights are in the second-level cache already.
  if (!has_slice(&next) || pbk_weights_count(c) < 2 * RESIDENT_FLOATS) return whole;
  size_t floats = (size_t)(whole.block_count * c->block * whole.tap_count * pbk_panel_width(c, next.panel) * c->block);
  whole.ahead_count = pbk_quotient((int)(floats * sizeof(float) / 64), count);
  whole.ahead = (const char *)slice_weights(&next, work->weights) + (size_t)index * (size_t)whole.ahead_count * 64;
  return whole;
}

// All input channels for a panel, whose first sum lies at `result`; how rows and sums lie is the caller's.
static pbk_product panel_product(const pbk_work *work, int panel, size_t result) {
  const pbk_convolution *c = work->operation;
  return (pbk_product){
      .block_count = pbk_input_blocks(c),
      .taps = work->taps,
      .tap_count = c->kernel * c->kernel,
      .result = work->destination + result,
      .bias = work->bias + (size_t)panel * PANEL * (size_t)c->block,
      .addend = work->addend == NULL ? NULL : work->addend + result,
      .convolution = c};
}

// Rows of pixels that one item takes, and how they lie.
typedef struct {
  int line_length, line_count;  // pixels one after the other, and how many such lines in an image
  int lines_per_item, items_per_image;
} product_lines;

static product_lines lines_of(const pbk_convolution *c) {
  product_lines lines;
  bool whole = c->kernel == 1 && c->stride == 1 && !pbk_needs_padded_copy(c);
  int pixels = c->output_height * c->output_width;
  int wanted = RESIDENT_FLOATS / (slices_of(c, 1, 0, 1).size * c->block) / (c->stride * c->stride);
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

static pbk_product line_product(const pbk_work *work, const product_lines *lines, int image, int line, int panel) {
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, inputs = (size_t)pbk_input_blocks(c), outputs = (size_t)pbk_output_blocks(c);
  bool copied = pbk_needs_padded_copy(c), whole = c->kernel == 1 && c->stride == 1 && !copied;
  size_t width = (size_t)(copied ? pbk_padded_width(c) : c->input_width);
  size_t plane = width * (size_t)(copied ? pbk_padded_height(c) : c->input_height) * block;
  size_t result_plane = (size_t)c->output_height * (size_t)c->output_width * block;
  size_t pixel = (size_t)line * (size_t)lines->line_length;
  size_t start = whole ? pixel : (size_t)line * (size_t)c->stride * width;
  size_t result = ((size_t)image * outputs + (size_t)panel * PANEL) * result_plane + pixel * block;
  pbk_product product = panel_product(work, panel, result);
  product.rows = (copied ? work->scratch : work->source) + (size_t)image * inputs * plane + start * block;
  product.row_stride = (size_t)c->stride * block;
  product.block_stride = plane;
  product.result_row_stride = block;
  product.result_stride = result_plane;
  return product;
}

static void run_lines(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  product_lines lines = lines_of(c);
  int pieces = panel_pieces(c, &lines), panels = pbk_panel_count(c), pixels = c->output_height * c->output_width;
  int first_panel = item % pieces * panels / pieces, end_panel = (item % pieces + 1) * panels / pieces;
  item /= pieces;
  int image = item / lines.items_per_image, first = item % lines.items_per_image * lines.lines_per_item;
  int end = first + lines.lines_per_item < lines.line_count ? first + lines.lines_per_item : lines.line_count;
  for (product_slices slices = slices_of(c, 1, first_panel, end_panel); has_slice(&slices); go_on(&slices))
    for (int line = first; line < end; line++) {
      int left = pixels - line * lines.line_length, rows = left < lines.line_length ? left : lines.line_length;
      pbk_product whole = line_product(work, &lines, image, line, slices.panel);
      pbk_product product = slice_of(whole, &slices, work, line - first, end - first);
      pbk_multiply_rows(work->kernels, product, pbk_panel_width(c, slices.panel), rows);
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

// So many rows of a slice stay in the second-level cache while panels pass over them.
enum { GROUP_ROWS = 96 };

static bool is_fully_connected(const pbk_convolution *c) {
  return c->output_height == 1 && c->output_width == 1 && !pbk_needs_padded_copy(c) && c->batch > 1;
}

static int panels_per_item(const pbk_convolution *c) {
  int wanted = pbk_quotient(pbk_panel_count(c), 4 * c->threads);
  return wanted < 8 ? wanted : 8;
}

static void run_panels(const pbk_work *work, int item, int thread) {
  (void)thread;
  const pbk_convolution *c = work->operation;
  size_t block = (size_t)c->block, plane = (size_t)c->input_height * (size_t)c->input_width * block;
  size_t inputs = (size_t)pbk_input_blocks(c), result_stride = (size_t)pbk_output_blocks(c) * block;
  int size = panels_per_item(c), first = item * size, groups = pbk_quotient(c->batch, GROUP_ROWS);
  int end = first + size < pbk_panel_count(c) ? first + size : pbk_panel_count(c);
  for (product_slices slices = slices_of(c, groups, first, end); has_slice(&slices); go_on(&slices)) {
    size_t first_row = (size_t)slices.group * GROUP_ROWS;
    size_t result = first_row * result_stride + (size_t)slices.panel * PANEL * block;
    int left = c->batch - (int)first_row;
    pbk_product whole = panel_product(work, slices.panel, result);
    whole.rows = work->source + first_row * inputs * plane;
    whole.row_stride = inputs * plane;
    whole.block_stride = plane;
    whole.result_row_stride = result_stride;
    whole.result_stride = block;
    pbk_product product = slice_of(whole, &slices, work, 0, 1);
    pbk_multiply_rows(work->kernels, product, pbk_panel_width(c, slices.panel), left < GROUP_ROWS ? left : GROUP_ROWS);
  }
}

void pbk_run_products(pbk_work *work) {
  const pbk_convolution *c = work->operation;
  int width = c->input_width;
  if (pbk_needs_padded_copy(c)) {
    pbk_parallel_for(work, c->batch * pbk_input_blocks(c), c->threads, copy_padded);
    width = pbk_padded_width(c);
  }
  for (int cell = 0; cell < c->kernel * c->kernel; cell++)
    work->taps[cell] = (cell / c->kernel * width + cell % c->kernel) * c->dilation * c->block;
  if (is_fully_connected(c)) {
    pbk_parallel_for(work, pbk_quotient(pbk_panel_count(c), panels_per_item(c)), c->threads, run_panels);
    return;
  }
  product_lines lines = lines_of(c);
  pbk_parallel_for(work, c->batch * lines.items_per_image * panel_pieces(c, &lines), c->threads, run_lines);
}
