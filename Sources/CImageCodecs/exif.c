#include "internal.h"

static uint32_t read16(const uint8_t *p, int little) {
  return little ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[0] << 8 | p[1]);
}

static uint32_t read32(const uint8_t *p, int little) {
  return little ? read16(p, 1) | read16(p + 2, 1) << 16 : read16(p, 0) << 16 | read16(p + 2, 0);
}

int32_t codec_exif_orientation(const uint8_t *tiff, size_t count) {
  if (count < 8) return 1;
  int little = tiff[0] == 'I' && tiff[1] == 'I';
  if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return 1;
  if (read16(tiff + 2, little) != 42) return 1;
  size_t directory = read32(tiff + 4, little);
  if (directory > count - 2 || count < 2) return 1;
  size_t entries = read16(tiff + directory, little);
  for (size_t index = 0; index < entries; index++) {
    size_t offset = directory + 2 + 12 * index;
    if (offset + 12 > count) return 1;
    const uint8_t *entry = tiff + offset;
    if (read16(entry, little) != 0x0112) continue;
    uint32_t type = read16(entry + 2, little);
    uint32_t value = 0;
    if (type == 3) value = read16(entry + 8, little);
    if (type == 4) value = read32(entry + 8, little);
    return value >= 1 && value <= 8 ? (int32_t)value : 1;
  }
  return 1;
}
