#include "bf16.h"

#include "CKernelRuntime.h"

// One product of pixels and weights for every cell of the kernel: 1×1 layers, steps of 2, and the network's own input, which
// is copied to N × H × W × C so that a row of the kernel is one run of memory.

#if defined(__x86_64__)

// Bytes of the source that stay in a core's second-level cache while panels pass over them.
enum { RESIDENT_BYTES = 320 * 1024 };

// Where rows of the source lie, its border of zeros included, in values.
typedef struct {
  bool is_copied;
  size_t pixel, line, plane, image;
} source_form;

static source_form form_of(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  source_form form;
  form.is_copied = convolution->plain_source || pbk_needs_padded_copy(c);
  size_t width = (size_t)(form.is_copied ? pbk_padded_width(c) : c->input_width);
  size_t height = (size_t)(form.is_copied ? pbk_padded_height(c) : c->input_height);
  form.pixel = convolution->plain_source ? (size_t)c->input_channels : BF16_LANES;
  form.line = width * form.pixel;
  form.plane = height * form.line;
  form.image = form.plane * (size_t)(convolution->plain_source ? 1 : pbk_input_blocks(c));
  return form;
}

// One cell an image: a fully connected layer, whose rows are images.
static bool is_fully_connected(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  return c->output_height == 1 && c->output_width == 1 && c->batch > 1 && !form_of(convolution).is_copied;
}

// Of a fully connected layer so many cells of so many rows stay in the caches while panels pass over them.
enum { SLICE_CELLS = 64, GROUP_ROWS = 96 };

static int slice_count(const pbk_convolution *c) {
  int blocks = pbk_input_blocks(c), cells = c->kernel * c->kernel;
  return pbk_quotient(blocks, cells < SLICE_CELLS ? SLICE_CELLS / cells : 1);
}

// The last pair of the last pixel may reach beyond it.
size_t pbk_bf16_products_scratch(const pbk_bf16_convolution *c) {
  source_form form = form_of(c);
  if (is_fully_connected(c) && slice_count(&c->shape) > 1)
    return (size_t)(c->shape.batch * pbk_output_blocks(&c->shape) * BF16_LANES) * sizeof(float);
  return form.is_copied ? ((size_t)c->shape.batch * form.image + BF16_LANES) * sizeof(pbk_bf16) : 0;
}

void pbk_bf16_pack_products(const pbk_bf16_convolution *convolution, const float *weights, pbk_bf16 *packed, int panel) {
  const pbk_convolution *c = &convolution->shape;
  const int cells = c->kernel * c->kernel, inputs = c->input_channels, vectors = pbk_panel_width(c, panel);
  const bool is_thin = convolution->plain_source;
  const int blocks = is_thin ? 1 : pbk_input_blocks(c), taps = is_thin ? c->kernel : cells;
  const int depth = is_thin ? pbk_bf16_thin_depth(c) : BLOCK_PAIRS;
  packed += (size_t)panel * PANEL * BF16_LANES * (size_t)(blocks * taps * depth * 2);
  for (int block = 0; block < blocks; block++)
    for (int tap = 0; tap < taps; tap++)
      for (int pair = 0; pair < depth; pair++)
        for (int lane = 0; lane < vectors * BF16_LANES; lane++)
          for (int half = 0; half < 2; half++) {
            int value = 2 * pair + half, output = panel * PANEL * BF16_LANES + lane;
            int channel = is_thin ? value % inputs : block * BF16_LANES + value;
            int cell = is_thin ? tap * c->kernel + value / inputs : tap;
            bool exists = output < c->output_channels && channel < inputs && (!is_thin || value < c->kernel * inputs);
            *packed++ = exists ? pbk_bf16_of(weights[((size_t)output * (size_t)inputs + (size_t)channel) * (size_t)cells
                                                     + (size_t)cell])
                               : 0;
          }
}

// ---- the copy with a border ---------------------------------------------------------------------------------

static void copy_block(void *context, int item, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  source_form form = form_of(work->convolution);
  size_t width = (size_t)c->input_width * BF16_LANES;
  const pbk_bf16 *source = (const pbk_bf16 *)work->source + (size_t)item * (size_t)c->input_height * width;
  pbk_bf16 *copy = (pbk_bf16 *)work->scratch + (size_t)item * form.plane;
  size_t left = (size_t)c->padding * BF16_LANES;
  size_t middle = width < form.line - left ? width : form.line - left;
  for (int row = 0; row < pbk_padded_height(c); row++, copy += form.line) {
    int y = row - c->padding;
    if (y < 0 || y >= c->input_height) {
      memset(copy, 0, form.line * sizeof *copy);
      continue;
    }
    memset(copy, 0, left * sizeof *copy);
    memcpy(copy + left, source + (size_t)y * width, middle * sizeof *copy);
    memset(copy + left + middle, 0, (form.line - left - middle) * sizeof *copy);
  }
}

// A line of the network's own input.
static void copy_plain_line(void *context, int item, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  source_form form = form_of(work->convolution);
  int image = item / pbk_padded_height(c), y = item % pbk_padded_height(c) - c->padding;
  pbk_bf16 *copy = (pbk_bf16 *)work->scratch + (size_t)item * form.line;
  memset(copy, 0, form.line * sizeof *copy);
  if (y < 0 || y >= c->input_height) return;
  int columns = pbk_padded_width(c) - c->padding < c->input_width ? pbk_padded_width(c) - c->padding : c->input_width;
  copy += (size_t)c->padding * form.pixel;
  for (int channel = 0; channel < c->input_channels; channel++) {
    const float *line = (const float *)work->source
        + (((size_t)image * (size_t)c->input_channels + (size_t)channel) * (size_t)c->input_height + (size_t)y)
            * (size_t)c->input_width;
    pbk_bf16 rounded[64];
    for (int first = 0; first < columns; first += 64) {
      int count = columns - first < 64 ? columns - first : 64;
      pbk_bf16_round_values(line + first, rounded, (size_t)count);
      for (int column = 0; column < count; column++)
        copy[(size_t)(first + column) * form.pixel + (size_t)channel] = rounded[column];
    }
  }
}

static void copy_source(pbk_bf16_work *work) {
  const pbk_convolution *c = &work->convolution->shape;
  // What the last pair reaches is multiplied by zero, and must be a number.
  if (work->convolution->plain_source)
    memset(
        (pbk_bf16 *)work->scratch + (size_t)c->batch * form_of(work->convolution).image, 0, BF16_LANES * sizeof(pbk_bf16));
  if (work->convolution->plain_source)
    pkr_parallel_for(c->batch * pbk_padded_height(c), c->threads, copy_plain_line, work);
  else
    pkr_parallel_for(c->batch * pbk_input_blocks(c), c->threads, copy_block, work);
}

// ---- products ---------------------------------------------------------------------------------------------

// Rows of pixels that one item takes, and how they lie.
typedef struct {
  bool is_flat;                      // the whole map is one line
  int line_length, line_count;       // pixels one after the other, and how many such lines in an image
  int lines_per_item, items_per_image;
  int panel_pieces;
} product_lines;

static product_lines lines_of(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  source_form form = form_of(convolution);
  product_lines lines;
  lines.is_flat = c->kernel == 1 && c->stride == 1 && !form.is_copied;
  int pixels = c->output_height * c->output_width;
  int bytes = (int)form.pixel * (int)sizeof(pbk_bf16) * c->stride * c->stride
      * (convolution->plain_source ? 1 : pbk_input_blocks(c));
  int wanted = RESIDENT_BYTES / bytes;
  if (wanted < 4 * BF16_ROWS) wanted = 4 * BF16_ROWS;
  // Enough items for the threads to end at nearly one time.
  int share = pbk_quotient(pixels * c->batch, 4 * c->threads);
  if (wanted > share && share >= 4 * BF16_ROWS) wanted = share;
  if (lines.is_flat) {
    int pieces = pbk_quotient(pixels, wanted);
    lines.line_length = pbk_quotient(pbk_quotient(pixels, pieces), BF16_ROWS) * BF16_ROWS;
    lines.line_count = pbk_quotient(pixels, lines.line_length);
    lines.lines_per_item = 1;
  } else {
    lines.line_length = c->output_width;
    lines.line_count = c->output_height;
    int per_item = wanted / lines.line_length;
    lines.lines_per_item = per_item < 1 ? 1 : per_item > lines.line_count ? lines.line_count : per_item;
  }
  lines.items_per_image = pbk_quotient(lines.line_count, lines.lines_per_item);
  // Few pixels are shared by panels as well, so that every thread has work and reads a part of the weights only.
  int items = c->batch * lines.items_per_image, most = 4 * c->threads;
  lines.panel_pieces = items >= most ? 1 : pbk_quotient(most, items);
  if (lines.panel_pieces > pbk_panel_count(c)) lines.panel_pieces = pbk_panel_count(c);
  return lines;
}

static pbk_bf16_product line_product(
    const pbk_bf16_work *work, const source_form *form, const product_lines *lines, int image, int line, int panel) {
  const pbk_convolution *c = &work->convolution->shape;
  bool is_thin = work->convolution->plain_source;
  int blocks = is_thin ? 1 : pbk_input_blocks(c), taps = is_thin ? c->kernel : c->kernel * c->kernel;
  int depth = is_thin ? pbk_bf16_thin_depth(c) : BLOCK_PAIRS;
  size_t plane = (size_t)c->output_height * (size_t)c->output_width * BF16_LANES;
  size_t pixel = (size_t)line * (size_t)lines->line_length;
  size_t start = lines->is_flat ? pixel * form->pixel : (size_t)(line * c->stride) * form->line;
  size_t result = ((size_t)image * (size_t)pbk_output_blocks(c) + (size_t)panel * PANEL) * plane + pixel * BF16_LANES;
  size_t value_size = work->convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  const pbk_bf16 *source = form->is_copied ? (const pbk_bf16 *)work->scratch : work->source;
  return (pbk_bf16_product){
      .rows = source + (size_t)image * form->image + start,
      .row_stride = (size_t)c->stride * form->pixel,
      .block_stride = form->plane,
      .block_count = blocks,
      .taps = work->taps,
      .tap_count = taps,
      .depth = depth,
      .weights = work->weights + (size_t)panel * PANEL * BF16_LANES * (size_t)(blocks * taps * depth),
      .result = (char *)work->destination + result * value_size,
      .result_row_stride = BF16_LANES,
      .result_stride = plane,
      .bias = work->bias + panel * PANEL * BF16_LANES,
      .addend = work->addend == NULL ? NULL : work->addend + result,
      .convolution = work->convolution};
}

static void run_lines(void *context, int item, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  source_form form = form_of(work->convolution);
  product_lines lines = lines_of(work->convolution);
  int pieces = lines.panel_pieces, panels = pbk_panel_count(c), pixels = c->output_height * c->output_width;
  int first_panel = item % pieces * panels / pieces, end_panel = (item % pieces + 1) * panels / pieces;
  item /= pieces;
  int image = item / lines.items_per_image, first = item % lines.items_per_image * lines.lines_per_item;
  int end = first + lines.lines_per_item < lines.line_count ? first + lines.lines_per_item : lines.line_count;
  for (int panel = first_panel; panel < end_panel; panel++) {
    int vectors = pbk_panel_width(c, panel);
    for (int line = first; line < end; line++) {
      int left = pixels - line * lines.line_length, rows = left < lines.line_length ? left : lines.line_length;
      pbk_bf16_product product = line_product(work, &form, &lines, image, line, panel);
      size_t panel_size = (size_t)(product.block_count * product.tap_count * product.depth * vectors) * 64;
      int share = (int)(panel_size / 64) / (end - first);
      product.ahead = (const char *)product.weights + panel_size + (size_t)(line - first) * (size_t)share * 64;
      pbk_bf16_multiply_rows(product, vectors, rows, panel + 1 < end_panel ? share : 0);
    }
  }
}

// ---- fully connected layers ---------------------------------------------------------------------------------

static int panels_per_item(const pbk_convolution *c) {
  int wanted = pbk_quotient(pbk_panel_count(c), 4 * c->threads);
  return wanted < 8 ? wanted : 8;
}

// A group of rows times a panel, all input channels.
static pbk_bf16_product group_product(const pbk_bf16_work *work, int first_row, int panel) {
  const pbk_convolution *c = &work->convolution->shape;
  source_form form = form_of(work->convolution);
  const int blocks = pbk_input_blocks(c), cells = c->kernel * c->kernel;
  const size_t result_stride = (size_t)(pbk_output_blocks(c) * BF16_LANES);
  const size_t result = (size_t)first_row * result_stride + (size_t)(panel * PANEL * BF16_LANES);
  const size_t value_size = work->convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  return (pbk_bf16_product){
      .rows = (const pbk_bf16 *)work->source + (size_t)first_row * form.image,
      .row_stride = form.image,
      .block_stride = form.plane,
      .block_count = blocks,
      .taps = work->taps,
      .tap_count = cells,
      .depth = BLOCK_PAIRS,
      .weights = work->weights + (size_t)panel * PANEL * BF16_LANES * (size_t)(blocks * cells * BLOCK_PAIRS),
      .sums = (float *)work->scratch + result,
      .begun = (float *)work->scratch + result,
      .result = (char *)work->destination + result * value_size,
      .result_row_stride = result_stride,
      .result_stride = BF16_LANES,
      .bias = work->bias + panel * PANEL * BF16_LANES,
      .addend = work->addend == NULL ? NULL : work->addend + result,
      .convolution = work->convolution};
}

// Sums are kept in floats from slice to slice of the input channels.
static void run_panels(void *context, int item, int thread) {
  (void)thread;
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  const int size = panels_per_item(c), first = item * size, slices = slice_count(c), blocks = pbk_input_blocks(c);
  const int end = first + size < pbk_panel_count(c) ? first + size : pbk_panel_count(c);
  for (int slice = 0; slice < slices; slice++) {
    const int first_block = blocks * slice / slices, end_block = blocks * (slice + 1) / slices;
    for (int row = 0; row < c->batch; row += GROUP_ROWS)
      for (int panel = first; panel < end; panel++) {
        const int vectors = pbk_panel_width(c, panel), left = c->batch - row;
        pbk_bf16_product product = group_product(work, row, panel);
        product.rows += (size_t)first_block * product.block_stride;
        product.weights += (size_t)(first_block * product.tap_count * BLOCK_PAIRS * vectors * BF16_LANES);
        product.block_count = end_block - first_block;
        if (slice == 0) product.begun = NULL;
        if (slice == slices - 1) product.sums = NULL;
        pbk_bf16_multiply_rows(product, vectors, left < GROUP_ROWS ? left : GROUP_ROWS, 0);
      }
  }
}

void pbk_bf16_run_products(pbk_bf16_work *work) {
  const pbk_convolution *c = &work->convolution->shape;
  source_form form = form_of(work->convolution);
  if (form.is_copied) copy_source(work);
  bool is_thin = work->convolution->plain_source;
  for (int tap = 0; tap < (is_thin ? c->kernel : c->kernel * c->kernel); tap++)
    work->taps[tap] = is_thin ? tap * (int)form.line : tap / c->kernel * (int)form.line + tap % c->kernel * (int)form.pixel;
  if (is_fully_connected(work->convolution)) {
    pkr_parallel_for(pbk_quotient(pbk_panel_count(c), panels_per_item(c)), c->threads, run_panels, work);
    return;
  }
  product_lines lines = lines_of(work->convolution);
  pkr_parallel_for(c->batch * lines.items_per_image * lines.panel_pieces, c->threads, run_lines, work);
}

#endif
