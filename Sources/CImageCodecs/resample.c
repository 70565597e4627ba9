#include <stdlib.h>

#include "pixels.h"

// Lines past the end have no weight; any line will do for them.
static void blend_lines(
    const PixelKernels *kernels, const uint8_t *source, size_t stride, int32_t height, CodecResamplingAxis axis,
    int32_t y, const uint8_t **lines, int16_t *row) {
  for (int32_t tap = 0; tap < axis.taps; tap++) {
    int32_t line = axis.starts[y] + tap;
    lines[tap] = source + stride * (size_t)(line < height ? line : height - 1);
  }
  kernels->blend_rows(lines, axis.weights + (size_t)y * (size_t)axis.taps, axis.taps, stride, row);
}

int codec_resample(
    const uint8_t *source, int32_t source_width, int32_t source_height, CodecResamplingAxis vertical,
    CodecResamplingAxis horizontal, uint8_t *destination, size_t destination_stride) {
  const PixelKernels *kernels = codec_pixel_kernels();
  size_t stride = 3 * (size_t)source_width;
  // Taps without weight lie behind the row's end, and a load takes two numbers more than it needs.
  size_t length = stride + 3 * (size_t)horizontal.taps + 2;
  const uint8_t **lines = malloc((size_t)vertical.taps * sizeof *lines);
  int16_t *memory = calloc(2 * length, sizeof *memory);
  if (lines && memory) {
    const int16_t *rows[2] = {memory, memory + length};
    for (int32_t y = 0; y < vertical.count; y += 2) {
      // An odd row at the end is its own second one.
      int32_t other = y + 1 < vertical.count ? y + 1 : y;
      blend_lines(kernels, source, stride, source_height, vertical, y, lines, memory);
      blend_lines(kernels, source, stride, source_height, vertical, other, lines, memory + length);
      uint8_t *targets[2] = {
          destination + destination_stride * (size_t)y, destination + destination_stride * (size_t)other};
      kernels->blend_columns(rows, horizontal, targets);
    }
  }
  int done = lines && memory;
  free(lines);
  free(memory);
  return done;
}
