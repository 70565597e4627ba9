#include "amx.h"

#include "CKernelRuntime.h"

// Products by AMX: an item copies the lines of the source that it needs, with their border of zeros, in chunks of 32 channels,
// and multiplies them by all weights while they stay in its core's second-level cache. With strides, columns and lines are
// sorted by their remainder, so that pixels that are multiplied by one tap lie one after the other. Then the rows of a product
// are a whole strip of lines, and the few between the lines are left out of the result.

#if defined(__x86_64__)

// Bytes of copied lines, for kernels of one cell and for larger ones, whose lines beyond those of the result are copied more
// than once; and what reading whole groups may reach beyond them.
enum { FLAT_STRIP_BYTES = 128 * 1024, STRIP_BYTES = 256 * 1024, SLACK = 4096, LEAST_PIXELS = 128 };

// How the source lies in a strip, and what a strip is.
typedef struct {
  int chunks, depth;               // of input channels; pairs of a tap
  int sides;                       // remainders of lines and columns that occur
  int columns, extra_lines;        // of a plane of one remainder: its columns, and lines beyond those of the result
  int lines, strips, panel_pieces; // lines of the result; strips of an image; into how many items the panels are parted
} strip_form;

static int input_chunks(const pbk_convolution *c) { return pbk_quotient(pbk_input_blocks(c), 2); }

// One block of channels is half a chunk.
static int chunk_depth(const pbk_convolution *c) { return pbk_input_blocks(c) == 1 ? BLOCK_PAIRS : AMX_MOST_DEPTH; }

static bool is_fully_connected(const pbk_convolution *c) {
  return c->output_height == 1 && c->output_width == 1 && c->batch > 1 && !pbk_needs_padded_copy(c);
}

static size_t line_bytes(const pbk_bf16_convolution *convolution, const strip_form *form) {
  const pbk_convolution *c = &convolution->shape;
  if (convolution->plain_source)
    return (size_t)(pbk_padded_width(c) * c->input_channels) * sizeof(pbk_bf16);
  return (size_t)(form->chunks * form->sides * form->sides * form->columns * form->depth) * sizeof(pbk_pair);
}

// Lines of the copy that so many lines of the result need.
static int copied_lines(const pbk_bf16_convolution *convolution, const strip_form *form, int lines) {
  const pbk_convolution *c = &convolution->shape;
  return convolution->plain_source ? (lines - 1) * c->stride + c->kernel : lines + form->extra_lines;
}

// Results of a panel of which the largest of every four are kept.
static int unpooled_bytes(const pbk_convolution *c, int lines) {
  return lines * c->output_width * PANEL * BF16_LANES * (int)sizeof(pbk_bf16);
}

static strip_form form_of(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  strip_form form = {.chunks = input_chunks(c), .depth = chunk_depth(c)};
  if (convolution->plain_source) {
    form.chunks = 1;
    form.depth = pbk_bf16_thin_depth(c);
  }
  form.sides = c->stride < c->kernel ? c->stride : c->kernel;
  form.extra_lines = (c->kernel - 1) / c->stride;
  form.columns = c->output_width + form.extra_lines;
  int bytes = (int)line_bytes(convolution, &form) * (convolution->plain_source ? c->stride : 1);
  if (c->pools && bytes < unpooled_bytes(c, 1)) bytes = unpooled_bytes(c, 1);
  int most = (c->kernel == 1 ? FLAT_STRIP_BYTES : STRIP_BYTES) / bytes - form.extra_lines, least = pbk_quotient(LEAST_PIXELS, c->output_width);
  // Enough items for the threads to end at nearly one time.
  int share = c->threads > 1 ? pbk_quotient(c->output_height * c->batch, 4 * c->threads) : c->output_height;
  form.lines = most < share ? most : share;
  if (form.lines < least) form.lines = least;
  if (form.lines > c->output_height) form.lines = c->output_height;
  form.strips = pbk_quotient(c->output_height, form.lines);
  form.lines = pbk_quotient(c->output_height, form.strips);
  if (c->pools) form.lines += form.lines % 2;
  // Few strips are shared by panels as well, so that every thread reads a part of the weights only.
  int items = c->batch * form.strips, wanted = c->threads > 1 ? 2 * c->threads : 1;
  form.panel_pieces = items >= wanted ? 1 : pbk_quotient(wanted, items);
  if (form.panel_pieces > pbk_panel_count(c)) form.panel_pieces = pbk_panel_count(c);
  return form;
}

// ---- memory of a thread -------------------------------------------------------------------------------------

// Which strip is copied, in the memory of a thread, then its lines, then what is not pooled yet.
enum { HEADER = 64 };

static size_t copy_bytes(const pbk_bf16_convolution *convolution, const strip_form *form) {
  size_t lines = (size_t)copied_lines(convolution, form, form->lines);
  return pbk_quotient((int)(lines * line_bytes(convolution, form)), 64) * (size_t)64 + SLACK;
}

static size_t strip_bytes(const pbk_bf16_convolution *convolution, const strip_form *form) {
  const pbk_convolution *c = &convolution->shape;
  return HEADER + copy_bytes(convolution, form) + (size_t)(c->pools ? unpooled_bytes(c, form->lines) : 0);
}

// A fully connected layer's rows are images: so many of them by so many taps of two blocks are copied at once.
enum { IMAGE_ROWS = 256, SLICE_TAPS = 32 };

static int image_rows(const pbk_convolution *c) { return c->batch < IMAGE_ROWS ? c->batch : IMAGE_ROWS; }

static int image_groups(const pbk_convolution *c) { return pbk_quotient(c->batch, image_rows(c)); }

static int image_panel_pieces(const pbk_convolution *c) {
  int wanted = c->threads > 1 ? pbk_quotient(2 * c->threads, image_groups(c)) : 1;
  return wanted < pbk_panel_count(c) ? wanted : pbk_panel_count(c);
}

static size_t slice_bytes(const pbk_convolution *c) {
  return (size_t)(image_rows(c) * SLICE_TAPS * chunk_depth(c)) * sizeof(pbk_pair) + SLACK;
}

static size_t image_sums_bytes(const pbk_convolution *c) {
  size_t panels = (size_t)pbk_quotient(pbk_panel_count(c), image_panel_pieces(c));
  return panels * (size_t)pbk_quotient(image_rows(c), AMX_GROUP_ROWS) * AMX_GROUP_SUMS * sizeof(float);
}

static size_t thread_bytes(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  if (is_fully_connected(c) && !convolution->plain_source) return slice_bytes(c) + image_sums_bytes(c);
  strip_form form = form_of(convolution);
  return strip_bytes(convolution, &form);
}

size_t pbk_amx_products_scratch(const pbk_bf16_convolution *c) { return (size_t)c->shape.threads * thread_bytes(c); }

// ---- weights ------------------------------------------------------------------------------------------------

static size_t panel_pairs(const pbk_bf16_convolution *convolution) {
  const pbk_convolution *c = &convolution->shape;
  int taps = convolution->plain_source ? c->kernel : c->kernel * c->kernel * input_chunks(c);
  return (size_t)(taps * (convolution->plain_source ? pbk_bf16_thin_depth(c) : chunk_depth(c))) * BF16_LANES;
}

size_t pbk_amx_weights_size(const pbk_bf16_convolution *c) {
  return panel_pairs(c) * (size_t)pbk_output_blocks(&c->shape) * sizeof(pbk_pair);
}

void pbk_amx_pack_products(const pbk_bf16_convolution *convolution, const float *weights, pbk_bf16 *packed, int panel) {
  const pbk_convolution *c = &convolution->shape;
  const int cells = c->kernel * c->kernel, inputs = c->input_channels, depth = chunk_depth(c);
  const int width = pbk_panel_width(c, panel) * BF16_LANES, first_output = panel * PANEL * BF16_LANES;
  packed += (size_t)panel * PANEL * panel_pairs(convolution) * 2;
  for (int chunk = 0; chunk < input_chunks(c); chunk++)
    for (int cell = 0; cell < cells; cell++)
      for (int pair = 0; pair < depth; pair++)
        for (int lane = 0; lane < width; lane++)
          for (int half = 0; half < 2; half++) {
            int channel = chunk * AMX_CHUNK + 2 * pair + half, output = first_output + lane;
            bool exists = output < c->output_channels && channel < inputs;
            size_t place = ((size_t)output * (size_t)inputs + (size_t)channel) * (size_t)cells + (size_t)cell;
            *packed++ = exists ? pbk_bf16_of(weights[place]) : 0;
          }
}

// ---- strips -------------------------------------------------------------------------------------------------

// The columns of a plane whose remainder is `side` that lie in the map.
static void columns_inside(const pbk_convolution *c, const strip_form *form, int side, int *first, int *end) {
  int before = c->padding - side, after = c->input_width + c->padding - side;
  *first = before > 0 ? pbk_quotient(before, c->stride) : 0;
  *end = after > 0 ? pbk_quotient(after, c->stride) : 0;
  if (*end > form->columns) *end = form->columns;
  if (*first > *end) *first = *end;
}

// [chunk][remainder of lines][of columns][line][column][channel].
static void copy_blocks(const pbk_bf16_work *work, const strip_form *form, int image, int first_line, int lines, char *strip) {
  const pbk_convolution *c = &work->convolution->shape;
  const size_t width = (size_t)c->input_width, plane = (size_t)c->input_height * width * BF16_LANES;
  const size_t line = (size_t)(form->columns * form->depth * 2);
  const int blocks = pbk_input_blocks(c);
  pbk_bf16 *copy = (pbk_bf16 *)strip;
  for (int chunk = 0; chunk < form->chunks; chunk++) {
    const pbk_bf16 *low = (const pbk_bf16 *)work->source + ((size_t)image * (size_t)blocks + 2 * (size_t)chunk) * plane;
    const bool has_high = 2 * chunk + 1 < blocks;
    for (int side = 0; side < form->sides * form->sides; side++) {
      int first, end;
      columns_inside(c, form, side % form->sides, &first, &end);
      for (int index = 0; index < lines; index++, copy += line) {
        int y = (first_line + index) * c->stride + side / form->sides - c->padding;
        if (y < 0 || y >= c->input_height || first == end) {
          memset(copy, 0, line * sizeof *copy);
          continue;
        }
        size_t x = (size_t)(first * c->stride + side % form->sides - c->padding);
        const pbk_bf16 *start = low + ((size_t)y * width + x) * BF16_LANES;
        pbk_amx_join_blocks(
            start, has_high ? start + plane : NULL, copy, form->depth, first, end, form->columns, c->stride);
      }
    }
  }
}

// Of the network's own input: [line][column][channel], and a column more of zeros, which the last pair may reach.
static void copy_plain(const pbk_bf16_work *work, int image, int first_line, int lines, char *strip) {
  const pbk_convolution *c = &work->convolution->shape;
  const size_t channels = (size_t)c->input_channels, plane = (size_t)c->input_height * (size_t)c->input_width;
  const int width = pbk_padded_width(c), room = width - c->padding, columns = room < c->input_width ? room : c->input_width;
  const size_t line = (size_t)width * channels;
  const float *source = (const float *)work->source + (size_t)image * channels * plane;
  pbk_bf16 *copy = (pbk_bf16 *)strip;
  memset(copy + line * (size_t)lines, 0, channels * sizeof *copy);
  for (int index = 0; index < lines; index++, copy += line) {
    int y = first_line * c->stride + index - c->padding;
    bool is_inside = y >= 0 && y < c->input_height;
    size_t left = is_inside ? (size_t)c->padding * channels : line, middle = is_inside ? (size_t)columns * channels : 0;
    memset(copy, 0, left * sizeof *copy);
    memset(copy + left + middle, 0, (line - left - middle) * sizeof *copy);
    if (is_inside)
      pbk_amx_interleave(
          source + (size_t)y * (size_t)c->input_width, plane, c->input_channels, copy + left, columns);
  }
}

// The lines of a strip unless they are there already; returns where.
static const pbk_bf16 *copy_strip(
    const pbk_bf16_work *work, const strip_form *form, int strip, int first_line, int lines, int thread) {
  char *memory = work->scratch + (size_t)thread * strip_bytes(work->convolution, form);
  int *held = (int *)memory;
  if (*held != strip) {
    *held = strip;
    int image = strip / form->strips, needed = copied_lines(work->convolution, form, lines);
    if (work->convolution->plain_source)
      copy_plain(work, image, first_line, needed, memory + HEADER);
    else
      copy_blocks(work, form, image, first_line, needed, memory + HEADER);
  }
  return (const pbk_bf16 *)(memory + HEADER);
}

// A panel of weights, without the rows.
static pbk_amx_product panel_product(const pbk_bf16_work *work, size_t first_pixel, int image, int panel) {
  const pbk_convolution *c = &work->convolution->shape;
  const size_t plane = (size_t)c->output_height * (size_t)c->output_width * BF16_LANES;
  const size_t value_size = work->convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  const size_t result = ((size_t)image * (size_t)pbk_output_blocks(c) + (size_t)panel * PANEL) * plane + first_pixel * BF16_LANES;
  pbk_amx_product product = {
      .weights = work->weights + (size_t)panel * PANEL * panel_pairs(work->convolution),
      .vectors = pbk_panel_width(c, panel),
      .result = (char *)work->destination + result * value_size,
      .result_row_stride = BF16_LANES,
      .result_stride = plane,
      .bias = work->bias + panel * PANEL * BF16_LANES,
      .addend = work->addend == NULL ? NULL : work->addend + result,
      .convolution = work->convolution};
  product.ahead = (const char *)(product.weights + (size_t)product.vectors * panel_pairs(work->convolution));
  return product;
}

static int panel_lines(const pbk_bf16_work *work) {
  return (int)(panel_pairs(work->convolution) * PANEL * sizeof(pbk_pair) / 64);
}

static void multiply_blocks(
    const pbk_bf16_work *work, const strip_form *form, const pbk_bf16 *copy, pbk_amx_product product, int lines) {
  const pbk_convolution *c = &work->convolution->shape;
  const int copied = copied_lines(work->convolution, form, lines);
  const int pixel = form->depth * 2, plane = copied * form->columns * pixel;
  int taps[MOST_TAPS];
  for (int tap = 0; tap < c->kernel * c->kernel; tap++) {
    int y = tap / c->kernel, x = tap % c->kernel;
    int side = y % c->stride * form->sides + x % c->stride;
    taps[tap] = side * plane + (y / c->stride * form->columns + x / c->stride) * pixel;
  }
  product.rows = copy;
  product.row_stride = (size_t)pixel;
  product.chunk_stride = (size_t)(form->sides * form->sides * plane);
  product.chunk_count = form->chunks;
  product.taps = taps;
  product.tap_count = c->kernel * c->kernel;
  product.depth = form->depth;
  product.row_count = (lines - 1) * form->columns + c->output_width;
  product.period = form->columns;
  product.width = c->output_width;
  pbk_amx_multiply(&product);
}

static void multiply_plain(
    const pbk_bf16_work *work, const strip_form *form, const pbk_bf16 *copy, pbk_amx_product product, int lines) {
  const pbk_convolution *c = &work->convolution->shape;
  const int line = pbk_padded_width(c) * c->input_channels, width = c->output_width;
  const size_t value_size = work->convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  int taps[MOST_TAPS];
  for (int tap = 0; tap < c->kernel; tap++) taps[tap] = tap * line;
  product.rows = copy;
  product.row_stride = (size_t)(c->stride * c->input_channels);
  product.chunk_count = 1;
  product.taps = taps;
  product.tap_count = c->kernel;
  product.depth = form->depth;
  product.row_count = product.period = product.width = width;
  product.ahead_lines = 0;
  for (int index = 0; index < lines; index++) {
    pbk_amx_multiply(&product);
    product.rows += c->stride * line;
    product.result = (char *)product.result + (size_t)width * BF16_LANES * value_size;
    if (product.addend != NULL) product.addend += (size_t)width * BF16_LANES;
  }
}

static void pool_panel(
    const pbk_bf16_work *work, const pbk_amx_product *product, int first_line, int lines, int image, int panel) {
  const pbk_convolution *c = &work->convolution->shape;
  const size_t width = (size_t)(c->output_width / 2), plane = (size_t)(c->output_height / 2) * width * BF16_LANES;
  pbk_bf16 *map = (pbk_bf16 *)work->destination + ((size_t)image * (size_t)pbk_output_blocks(c) + (size_t)panel * PANEL) * plane
      + (size_t)(first_line / 2) * width * BF16_LANES;
  for (int vector = 0; vector < product->vectors; vector++)
    pbk_amx_pool(
        (const pbk_bf16 *)product->result + (size_t)vector * product->result_stride, lines, c->output_width,
        map + (size_t)vector * plane);
}

static void run_strip(void *context, int item, int thread) {
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  const strip_form form = form_of(work->convolution);
  const int pieces = form.panel_pieces, panels = pbk_panel_count(c), strip = item / pieces;
  const int first_panel = item % pieces * panels / pieces, end_panel = (item % pieces + 1) * panels / pieces;
  const int first = strip % form.strips * form.lines, left = c->output_height - first;
  const int lines = left < form.lines ? left : form.lines;
  if (lines <= 0) return;
  const pbk_bf16 *copy = copy_strip(work, &form, strip, first, lines, thread);
  pbk_amx_configure(form.depth);
  for (int panel = first_panel; panel < end_panel; panel++) {
    pbk_amx_product product = panel_product(work, (size_t)first * (size_t)c->output_width, strip / form.strips, panel);
    if (panel + 1 < end_panel) product.ahead_lines = panel_lines(work);
    if (c->pools) {
      product.result = (char *)copy + copy_bytes(work->convolution, &form);
      product.result_stride = (size_t)(lines * c->output_width * BF16_LANES);
    }
    if (work->convolution->plain_source)
      multiply_plain(work, &form, copy, product, lines);
    else
      multiply_blocks(work, &form, copy, product, lines);
    if (c->pools) pool_panel(work, &product, first, lines, strip / form.strips, panel);
  }
  pbk_amx_release();
}

// ---- fully connected layers ---------------------------------------------------------------------------------

// Taps first … end, counted over chunks and cells, of some images: [tap][image][channel].
static void copy_images(const pbk_bf16_work *work, int first_image, int images, int first, int end, pbk_bf16 *slice) {
  const pbk_convolution *c = &work->convolution->shape;
  const int cells = c->kernel * c->kernel, blocks = pbk_input_blocks(c), depth = chunk_depth(c);
  const size_t plane = (size_t)(c->input_height * c->input_width) * BF16_LANES, pixel = (size_t)depth * 2;
  for (int image = 0; image < images; image++) {
    const pbk_bf16 *source = (const pbk_bf16 *)work->source + (size_t)(first_image + image) * (size_t)blocks * plane;
    for (int tap = first; tap < end; tap++) {
      int chunk = tap / cells, cell = tap % cells;
      const pbk_bf16 *low = source + (size_t)(2 * chunk) * plane
          + (size_t)(cell / c->kernel * c->input_width + cell % c->kernel) * BF16_LANES;
      pbk_amx_join_blocks(
          low, 2 * chunk + 1 < blocks ? low + plane : NULL, slice + (size_t)((tap - first) * images + image) * pixel, depth, 0,
          1, 1, 1);
    }
  }
}

static pbk_amx_product images_product(const pbk_bf16_work *work, int first_image, int panel) {
  const pbk_convolution *c = &work->convolution->shape;
  static const int no_taps[1] = {0};
  const size_t outputs = (size_t)(pbk_output_blocks(c) * BF16_LANES);
  const size_t result = (size_t)first_image * outputs + (size_t)(panel * PANEL * BF16_LANES);
  const size_t value_size = work->convolution->float_result ? sizeof(float) : sizeof(pbk_bf16);
  pbk_amx_product product = panel_product(work, 0, 0, panel);
  product.taps = no_taps;
  product.tap_count = 1;
  product.depth = chunk_depth(c);
  product.row_stride = (size_t)product.depth * 2;
  product.result = (char *)work->destination + result * value_size;
  product.result_row_stride = outputs;
  product.result_stride = BF16_LANES;
  product.addend = work->addend == NULL ? NULL : work->addend + result;
  return product;
}

// Some images by some panels, slice by slice of the input channels, with sums in floats between them.
static void run_images(void *context, int item, int thread) {
  const pbk_bf16_work *work = context;
  const pbk_convolution *c = &work->convolution->shape;
  const int pieces = image_panel_pieces(c), panels = pbk_panel_count(c), first_image = item / pieces * image_rows(c);
  const int first_panel = item % pieces * panels / pieces, end_panel = (item % pieces + 1) * panels / pieces;
  const int left = c->batch - first_image, images = left < image_rows(c) ? left : image_rows(c);
  const int taps = input_chunks(c) * c->kernel * c->kernel;
  const size_t tap_pairs = (size_t)(chunk_depth(c) * BF16_LANES);
  char *memory = work->scratch + (size_t)thread * thread_bytes(work->convolution);
  float *sums = (float *)(memory + slice_bytes(c));
  pbk_amx_configure(chunk_depth(c));
  for (int first = 0; first < taps; first += SLICE_TAPS) {
    const int end = first + SLICE_TAPS < taps ? first + SLICE_TAPS : taps;
    copy_images(work, first_image, images, first, end, (pbk_bf16 *)memory);
    for (int panel = first_panel; panel < end_panel; panel++) {
      pbk_amx_product product = images_product(work, first_image, panel);
      product.rows = (const pbk_bf16 *)memory;
      product.chunk_stride = (size_t)images * product.row_stride;
      product.chunk_count = end - first;
      product.weights += (size_t)(first * product.vectors) * tap_pairs;
      product.row_count = product.period = product.width = images;
      product.sums = sums + (size_t)((panel - first_panel) * pbk_quotient(images, AMX_GROUP_ROWS)) * AMX_GROUP_SUMS;
      product.continues = first > 0;
      product.finishes = end == taps;
      // What the next panel multiplies by.
      product.ahead += (size_t)(first * PANEL) * tap_pairs * sizeof(pbk_pair);
      if (panel + 1 < end_panel) product.ahead_lines = (int)((size_t)((end - first) * PANEL) * tap_pairs / BF16_LANES);
      pbk_amx_multiply(&product);
    }
  }
  pbk_amx_release();
}

void pbk_amx_run_products(pbk_bf16_work *work) {
  const pbk_convolution *c = &work->convolution->shape;
  if (is_fully_connected(c) && !work->convolution->plain_source) {
    pkr_parallel_for(image_groups(c) * image_panel_pieces(c), c->threads, run_images, work);
    return;
  }
  const strip_form form = form_of(work->convolution);
  for (int thread = 0; thread < c->threads; thread++)
    *(int *)(work->scratch + (size_t)thread * strip_bytes(work->convolution, &form)) = -1;
  pkr_parallel_for(c->batch * form.strips * form.panel_pieces, c->threads, run_strip, work);
}

#endif
