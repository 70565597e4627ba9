#include <string.h>

#include "tiff.h"

int codec_tiff_used_samples(const TIFFLayout *layout) {
  if (layout->alpha >= 0) return layout->alpha + 1;
  return layout->color == TIFFColorRGB ? 3 : layout->color == TIFFColorInks ? 4 : 1;
}

// A sample as stored. libtiff has put those of 16 bits into this machine's order.
static inline uint32_t sample(const uint8_t *plane, size_t index, uint32_t bits) {
  if (bits == 8) return plane[index];
  if (bits == 16) {
    uint16_t value;
    memcpy(&value, plane + 2 * index, 2);
    return value;
  }
  size_t first = index * bits;
  uint32_t value = 0;
  for (size_t bit = first; bit < first + bits; bit++) value = value << 1 | (plane[bit / 8] >> (7 - bit % 8) & 1u);
  return value;
}

// Its share of the highest value, in 255ths.
static inline uint8_t level(const uint8_t *plane, size_t index, uint32_t bits) {
  uint32_t value = sample(plane, index, bits);
  if (bits == 8) return (uint8_t)value;
  uint32_t highest = (1u << bits) - 1;
  return (uint8_t)((value * 255 + highest / 2) / highest);
}

static void take_color(
    const TIFFLayout *layout, const uint8_t *const planes[], const size_t place[], uint8_t *rgb) {
  uint32_t bits = layout->bits;
  switch (layout->color) {
    case TIFFColorGrey:
    case TIFFColorInvertedGrey: {
      uint8_t value = level(planes[0], place[0], bits);
      memset(rgb, layout->color == TIFFColorGrey ? value : 255 - value, 3);
      return;
    }
    case TIFFColorRGB:
      for (int channel = 0; channel < 3; channel++) rgb[channel] = level(planes[channel], place[channel], bits);
      return;
    case TIFFColorPalette: {
      uint32_t index = sample(planes[0], place[0], bits);
      for (int channel = 0; channel < 3; channel++)
        rgb[channel] = (uint8_t)(layout->palette[channel][index] >> layout->palette_shift);
      return;
    }
    case TIFFColorInks: {
      uint32_t light = 255u - level(planes[3], place[3], bits);
      for (int channel = 0; channel < 3; channel++) {
        uint32_t value = 255u - level(planes[channel], place[channel], bits);
        rgb[channel] = (uint8_t)((value * light + 127) / 255);
      }
      return;
    }
  }
}

static void blend(uint8_t *rgb, uint8_t alpha, int weighted, const uint8_t *background) {
  if (!weighted) {
    uint8_t rgba[4] = {rgb[0], rgb[1], rgb[2], alpha};
    codec_composite(rgba, background, rgb, 1);
    return;
  }
  for (int channel = 0; channel < 3; channel++) {
    uint32_t value = rgb[channel] + (background[channel] * (255u - alpha) + 127) / 255;
    rgb[channel] = (uint8_t)(value > 255 ? 255 : value);
  }
}

void codec_tiff_unpack(
    const TIFFLayout *layout, const uint8_t *const planes[], size_t step, size_t count, const uint8_t *background,
    uint8_t *rgb) {
  int used = codec_tiff_used_samples(layout);
  // Samples of one pixel lie one behind the other, or each in its plane.
  size_t place[5] = {0};
  for (int index = 0; index < used; index++) place[index] = layout->separate ? 0 : (size_t)index;
  if (layout->color == TIFFColorRGB && layout->bits == 8 && step == 3 && !layout->separate) {
    memcpy(rgb, planes[0], 3 * count);
    return;
  }
  for (size_t pixel = 0; pixel < count; pixel++, rgb += 3) {
    take_color(layout, planes, place, rgb);
    if (layout->alpha >= 0)
      blend(
          rgb, level(planes[layout->alpha], place[layout->alpha], layout->bits), layout->alpha_weighted, background);
    for (int index = 0; index < used; index++) place[index] += step;
  }
}
