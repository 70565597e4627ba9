// The loops over pixels, compiled once for every set of instructions: NAME(x) as names, TARGET as the instructions that
// may be used. Integer arithmetic, and float arithmetic without fused operations, makes every set give the same bytes.
#include "pixels.h"

#include <string.h>

#pragma clang fp contract(off)
// Functions that take or return vectors are inlined always.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline)) TARGET

typedef uint8_t Bytes8 __attribute__((vector_size(8), aligned(1), may_alias));
typedef uint8_t Bytes16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint8_t Bytes32 __attribute__((vector_size(32), aligned(1), may_alias));
typedef int16_t Words8 __attribute__((vector_size(16), aligned(1), may_alias));
typedef int16_t Words16 __attribute__((vector_size(32), aligned(1), may_alias));
typedef int32_t Integers8 __attribute__((vector_size(32), aligned(1), may_alias));
typedef float Floats8 __attribute__((vector_size(32), aligned(1), may_alias));

// Each sum of two neighbouring products.
INLINE Integers8 NAME(dot)(Words16 a, Words16 b) {
#if defined(WIDE)
  return (Integers8)__builtin_ia32_pmaddwd256(a, b);
#else
  typedef int32_t Integers16 __attribute__((vector_size(64)));
  Integers16 products = __builtin_convertvector(a, Integers16) * __builtin_convertvector(b, Integers16);
  return __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14)
      + __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
#endif
}

// Numbers that fit, in 16 bits: four of a, four of b, then the other four of a and of b.
INLINE Words16 NAME(narrow)(Integers8 a, Integers8 b) {
#if defined(WIDE)
  return (Words16)__builtin_ia32_packssdw256(a, b);
#else
  return __builtin_shufflevector(
      (Words16)a, (Words16)b, 0, 2, 4, 6, 16, 18, 20, 22, 8, 10, 12, 14, 24, 26, 28, 30);
#endif
}

// The same weights for every pair of neighbours.
INLINE Words16 NAME(repeat)(const int16_t *pair) {
  int32_t both;
  memcpy(&both, pair, sizeof both);
  return (Words16)((Integers8){0} + both);
}

// The first eight bytes of each half as numbers of 16 bits, and the last eight.
INLINE Words16 NAME(lower)(Bytes32 bytes) {
  return (Words16)__builtin_shufflevector(
      bytes, (Bytes32){0}, 0, 32, 1, 32, 2, 32, 3, 32, 4, 32, 5, 32, 6, 32, 7, 32, 16, 32, 17, 32, 18, 32, 19, 32, 20,
      32, 21, 32, 22, 32, 23, 32);
}

INLINE Words16 NAME(upper)(Bytes32 bytes) {
  return (Words16)__builtin_shufflevector(
      bytes, (Bytes32){0}, 8, 32, 9, 32, 10, 32, 11, 32, 12, 32, 13, 32, 14, 32, 15, 32, 24, 32, 25, 32, 26, 32, 27, 32,
      28, 32, 29, 32, 30, 32, 31, 32);
}

// row[i] = Σ lines weight × line[i], rounded to 7 fractional bits.
INLINE void NAME(blend_pairs)(
    const uint8_t *const *lines, const int16_t *weights, int32_t pairs, size_t count, int16_t *row) {
  size_t column = 0;
  for (; column + 32 <= count; column += 32) {
    Integers8 sums[4];
    for (int index = 0; index < 4; index++) sums[index] = (Integers8){0} + (1 << (firstShift - 1));
    for (int32_t pair = 0; pair < pairs; pair++) {
      Bytes32 a = *(const Bytes32 *)(lines[2 * pair] + column), b = *(const Bytes32 *)(lines[2 * pair + 1] + column);
      Words16 weight = NAME(repeat)(weights + 2 * pair);
      Bytes32 low = __builtin_shufflevector(
          a, b, 0, 32, 1, 33, 2, 34, 3, 35, 4, 36, 5, 37, 6, 38, 7, 39, 16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53,
          22, 54, 23, 55);
      Bytes32 high = __builtin_shufflevector(
          a, b, 8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47, 24, 56, 25, 57, 26, 58, 27, 59, 28, 60,
          29, 61, 30, 62, 31, 63);
      sums[0] += NAME(dot)(NAME(lower)(low), weight);
      sums[1] += NAME(dot)(NAME(upper)(low), weight);
      sums[2] += NAME(dot)(NAME(lower)(high), weight);
      sums[3] += NAME(dot)(NAME(upper)(high), weight);
    }
    Words16 low = NAME(narrow)(sums[0] >> firstShift, sums[1] >> firstShift);
    Words16 high = NAME(narrow)(sums[2] >> firstShift, sums[3] >> firstShift);
    *(Words16 *)(row + column) =
        __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    *(Words16 *)(row + column + 16) =
        __builtin_shufflevector(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  for (; column < count; column++) {
    int32_t sum = 1 << (firstShift - 1);
    for (int32_t tap = 0; tap < 2 * pairs; tap++) sum += weights[tap] * lines[tap][column];
    row[column] = (int16_t)(sum >> firstShift);
  }
}

static TARGET void NAME(blend_rows)(
    const uint8_t *const *lines, const int16_t *weights, int32_t taps, size_t count, int16_t *row) {
  switch (taps) {
  case 2: NAME(blend_pairs)(lines, weights, 1, count, row); break;
  case 4: NAME(blend_pairs)(lines, weights, 2, count, row); break;
  default: NAME(blend_pairs)(lines, weights, taps / 2, count, row);
  }
}

// One pixel of both rows: 32-bit sums of red, green, blue and something, times 2 to the secondShift.
INLINE Integers8 NAME(blend_pixel)(
    const int16_t *first, const int16_t *second, const int16_t *weights, int32_t pairs) {
  Integers8 sum = (Integers8){0} + (1 << (secondShift - 1));
  for (int32_t pair = 0; pair < pairs; pair++) {
    Words8 a = *(const Words8 *)(first + 6 * pair), b = *(const Words8 *)(second + 6 * pair);
    Words16 both = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    both = __builtin_shufflevector(both, both, 0, 3, 1, 4, 2, 5, 6, 7, 8, 11, 9, 12, 10, 13, 14, 15);
    sum += NAME(dot)(both, NAME(repeat)(weights + 2 * pair));
  }
  return sum >> secondShift;
}

INLINE void NAME(blend_column_pairs)(
    const int16_t *const *rows, CodecResamplingAxis axis, int32_t pairs, uint8_t *const *targets) {
  const int16_t *weights = axis.weights;
  uint8_t *first = targets[0], *second = targets[1];
  int32_t x = 0;
  for (; x + 4 <= axis.count; x += 4, weights += 8 * pairs, first += 12, second += 12) {
    Integers8 sums[4];
    for (int index = 0; index < 4; index++) {
      size_t start = 3 * (size_t)axis.starts[x + index];
      sums[index] = NAME(blend_pixel)(rows[0] + start, rows[1] + start, weights + 2 * pairs * index, pairs);
    }
    // Of every sum's four bytes one is left: rows one and two, each with four pixels of four bytes.
    Bytes32 low = (Bytes32)NAME(narrow)(sums[0], sums[1]), high = (Bytes32)NAME(narrow)(sums[2], sums[3]);
    Bytes16 a = __builtin_shufflevector(low, high, 0, 2, 4, 8, 10, 12, 32, 34, 36, 40, 42, 44, 0, 0, 0, 0);
    Bytes16 b = __builtin_shufflevector(low, high, 16, 18, 20, 24, 26, 28, 48, 50, 52, 56, 58, 60, 0, 0, 0, 0);
    memcpy(first, &a, 12);
    memcpy(second, &b, 12);
  }
  for (; x < axis.count; x++, weights += 2 * pairs, first += 3, second += 3) {
    size_t start = 3 * (size_t)axis.starts[x];
    Integers8 sum = NAME(blend_pixel)(rows[0] + start, rows[1] + start, weights, pairs);
    for (int channel = 0; channel < 3; channel++) {
      first[channel] = (uint8_t)sum[channel];
      second[channel] = (uint8_t)sum[4 + channel];
    }
  }
}

static TARGET void NAME(blend_columns)(const int16_t *const *rows, CodecResamplingAxis axis, uint8_t *const *targets) {
  switch (axis.taps) {
  case 2: NAME(blend_column_pairs)(rows, axis, 1, targets); break;
  case 4: NAME(blend_column_pairs)(rows, axis, 2, targets); break;
  case 6: NAME(blend_column_pairs)(rows, axis, 3, targets); break;
  case 8: NAME(blend_column_pairs)(rows, axis, 4, targets); break;
  default: NAME(blend_column_pairs)(rows, axis, axis.taps / 2, targets);
  }
}

INLINE void NAME(put_plane)(Bytes16 bytes, float factor, float offset, float *plane) {
  Bytes8 low = __builtin_shufflevector(bytes, bytes, 0, 1, 2, 3, 4, 5, 6, 7);
  Bytes8 high = __builtin_shufflevector(bytes, bytes, 8, 9, 10, 11, 12, 13, 14, 15);
  // By way of signed numbers, which have an instruction of their own.
  Floats8 a = __builtin_convertvector(__builtin_convertvector(low, Integers8), Floats8) * factor;
  Floats8 b = __builtin_convertvector(__builtin_convertvector(high, Integers8), Floats8) * factor;
  *(Floats8 *)plane = a + offset;
  *(Floats8 *)(plane + 8) = b + offset;
}

static TARGET void NAME(normalise)(
    const uint8_t *pixels, size_t count, const float *factors, const float *offsets, float *const *planes) {
  size_t index = 0;
  for (; index + 16 <= count; index += 16, pixels += 48) {
    Bytes16 a = *(const Bytes16 *)pixels, b = *(const Bytes16 *)(pixels + 16), c = *(const Bytes16 *)(pixels + 32);
    Bytes16 red = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
    Bytes16 green = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
    Bytes16 blue = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
    red = __builtin_shufflevector(red, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    green = __builtin_shufflevector(green, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    blue = __builtin_shufflevector(blue, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
    NAME(put_plane)(red, factors[0], offsets[0], planes[0] + index);
    NAME(put_plane)(green, factors[1], offsets[1], planes[1] + index);
    NAME(put_plane)(blue, factors[2], offsets[2], planes[2] + index);
  }
  for (; index < count; index++, pixels += 3) {
    for (int channel = 0; channel < 3; channel++) {
      float product = (float)pixels[channel] * factors[channel];
      planes[channel][index] = product + offsets[channel];
    }
  }
}

const PixelKernels NAME(codec_pixel_kernels) = {NAME(blend_rows), NAME(blend_columns), NAME(normalise)};
