#include <string.h>

#include "include/CImageCodecs.h"

// Swift builds for the oldest x86-64; this loop is worth choosing the instruction set when the program starts. Integer
// arithmetic makes every choice give the same bytes. ifunc needs glibc.
#if defined(__x86_64__) && defined(__GLIBC__)
#define VECTORISED __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define VECTORISED
#endif

typedef int16_t Vector16 __attribute__((ext_vector_type(4)));
typedef int32_t Vector32 __attribute__((ext_vector_type(4)));

enum {
  // 8-bit samples times weights of 14 bits are kept between the passes with 7 fractional bits, which fills an int16.
  firstShift = 7,
  secondShift = 21,
  block = 32,
};

VECTORISED static void blend_rows(
    const uint8_t *source, size_t stride, const int16_t *weights, int32_t taps, int16_t *row) {
  size_t column = 0;
  for (; column + block <= stride; column += block) {
    int32_t sums[block];
    for (int index = 0; index < block; index++) sums[index] = 1 << (firstShift - 1);
    for (int32_t tap = 0; tap < taps; tap++) {
      const uint8_t *line = source + (size_t)tap * stride + column;
      int32_t weight = weights[tap];
      for (int index = 0; index < block; index++) sums[index] += weight * line[index];
    }
    for (int index = 0; index < block; index++) row[column + (size_t)index] = (int16_t)(sums[index] >> firstShift);
  }
  for (; column < stride; column++) {
    int32_t sum = 1 << (firstShift - 1);
    for (int32_t tap = 0; tap < taps; tap++) sum += weights[tap] * source[(size_t)tap * stride + column];
    row[column] = (int16_t)(sum >> firstShift);
  }
}

VECTORISED static void blend_columns(const int16_t *row, CodecResamplingAxis axis, uint8_t *target) {
  const int16_t *weights = axis.weights;
  for (int32_t x = 0; x < axis.count; x++, weights += axis.taps, target += 3) {
    const int16_t *source = row + 3 * (size_t)axis.starts[x];
    Vector32 sums = 1 << (secondShift - 1);
    for (int32_t tap = 0; tap < axis.taps; tap++) {
      // Three channels and one element of the next pixel, or of the row's spare element at its end.
      Vector16 samples;
      memcpy(&samples, source + 3 * tap, sizeof samples);
      sums += __builtin_convertvector(samples, Vector32) * (int32_t)weights[tap];
    }
    sums >>= secondShift;
    target[0] = (uint8_t)sums[0];
    target[1] = (uint8_t)sums[1];
    target[2] = (uint8_t)sums[2];
  }
}

void codec_resample(
    const uint8_t *source, int32_t source_width, CodecResamplingAxis vertical, CodecResamplingAxis horizontal,
    int16_t *row, uint8_t *destination, size_t destination_stride) {
  size_t stride = 3 * (size_t)source_width;
  row[stride] = 0;
  for (int32_t y = 0; y < vertical.count; y++) {
    blend_rows(
        source + stride * (size_t)vertical.starts[y], stride, vertical.weights + (size_t)y * (size_t)vertical.taps,
        vertical.taps, row);
    blend_columns(row, horizontal, destination + destination_stride * (size_t)y);
  }
}
