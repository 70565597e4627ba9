#include <stdlib.h>
#include <string.h>

#include "internal.h"

// The sums of 8 × 8 pixels of 255 fit into 16 bits.

void codec_composite(const uint8_t *rgba, const uint8_t *background, uint8_t *rgb, size_t count) {
  for (size_t index = 0; index < count; index++, rgba += 4, rgb += 3) {
    unsigned alpha = rgba[3];
    for (int channel = 0; channel < 3; channel++)
      rgb[channel] = (uint8_t)((rgba[channel] * alpha + background[channel] * (255 - alpha) + 127) / 255);
  }
}

int codec_canvas_open(CodecCanvas *canvas, CodecTarget target, int in_rows) {
  memset(canvas, 0, sizeof *canvas);
  canvas->target = target;
  canvas->band = -1;
  canvas->holds_all = !in_rows;
  if (target.reduction == 1) return 1;
  size_t divisor = (size_t)target.reduction;
  size_t lines = canvas->holds_all ? ((size_t)target.height + divisor - 1) / divisor : 1;
  canvas->reduced_width = ((size_t)target.width + divisor - 1) / divisor;
  canvas->row = malloc(3 * (size_t)target.width);
  canvas->sums = calloc(lines * canvas->reduced_width, 3 * sizeof *canvas->sums);
  return canvas->row && canvas->sums;
}

// Writes the means of one reduced row, and empties its sums.
static void flush(CodecCanvas *canvas, int32_t band) {
  int32_t divisor = canvas->target.reduction;
  int32_t lines = canvas->target.height - band * divisor;
  if (lines > divisor) lines = divisor;
  uint16_t *sums = canvas->sums + (canvas->holds_all ? 3 * canvas->reduced_width * (size_t)band : 0);
  uint8_t *rgb = canvas->target.rgb + 3 * canvas->reduced_width * (size_t)band;
  for (size_t x = 0; x < canvas->reduced_width; x++, sums += 3, rgb += 3) {
    int32_t columns = canvas->target.width - (int32_t)x * divisor;
    if (columns > divisor) columns = divisor;
    int32_t count = columns * lines;
    for (int channel = 0; channel < 3; channel++) {
      rgb[channel] = (uint8_t)((sums[channel] + count / 2) / count);
      sums[channel] = 0;
    }
  }
}

// The sums of the reduced row that row y belongs to.
static uint16_t *sums_of_row(CodecCanvas *canvas, int32_t y) {
  int32_t band = y / canvas->target.reduction;
  if (canvas->holds_all) return canvas->sums + 3 * canvas->reduced_width * (size_t)band;
  if (band != canvas->band) {
    if (canvas->band >= 0) flush(canvas, canvas->band);
    canvas->band = band;
  }
  return canvas->sums;
}

uint8_t *codec_canvas_row(CodecCanvas *canvas, int32_t y) {
  if (canvas->target.reduction > 1) return canvas->row;
  return canvas->target.rgb + 3 * (size_t)canvas->target.width * (size_t)y;
}

void codec_canvas_finish_row(CodecCanvas *canvas, int32_t y) {
  if (canvas->target.reduction > 1)
    codec_canvas_put(canvas, 0, y, 1, canvas->row, (size_t)canvas->target.width);
}

void codec_canvas_put(CodecCanvas *canvas, int32_t x, int32_t y, int32_t step, const uint8_t *rgb, size_t count) {
  if (canvas->target.reduction == 1) {
    uint8_t *row = canvas->target.rgb + 3 * ((size_t)canvas->target.width * (size_t)y + (size_t)x);
    for (size_t index = 0; index < count; index++, rgb += 3) memcpy(row + 3 * (size_t)step * index, rgb, 3);
    return;
  }
  uint16_t *sums = sums_of_row(canvas, y);
  for (size_t index = 0; index < count; index++, rgb += 3) {
    uint16_t *sum = sums + 3 * (((size_t)x + (size_t)step * index) / (size_t)canvas->target.reduction);
    for (int channel = 0; channel < 3; channel++) sum[channel] = (uint16_t)(sum[channel] + rgb[channel]);
  }
}

void codec_canvas_close(CodecCanvas *canvas) {
  if (canvas->row && canvas->sums) {
    size_t divisor = (size_t)canvas->target.reduction;
    if (canvas->holds_all)
      for (size_t band = 0; band < ((size_t)canvas->target.height + divisor - 1) / divisor; band++)
        flush(canvas, (int32_t)band);
    else if (canvas->band >= 0)
      flush(canvas, canvas->band);
  }
  free(canvas->row);
  free(canvas->sums);
  canvas->row = NULL;
  canvas->sums = NULL;
}
