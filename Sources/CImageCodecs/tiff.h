#ifndef PEREGRINE_C_IMAGE_CODECS_TIFF_H
#define PEREGRINE_C_IMAGE_CODECS_TIFF_H

#include "internal.h"
#include "tiff_library.h"

// The file that libtiff reads, and the first thing that it finds wrong.
typedef struct {
  const uint8_t *bytes;  // NULL where `descriptor` is read
  int descriptor;
  uint64_t count;
  uint64_t position;
  CodecResult result;
} TIFFInput;

typedef enum { TIFFColorGrey, TIFFColorInvertedGrey, TIFFColorRGB, TIFFColorPalette, TIFFColorInks } TIFFColor;

// How the samples of the first page lie.
typedef struct {
  uint32_t width;
  uint32_t height;
  int32_t orientation;
  TIFFColor color;
  uint16_t bits;       // a sample
  uint16_t samples;    // stored a pixel
  int alpha;           // which of them is alpha, -1 without
  int alpha_weighted;  // colours are stored multiplied by it
  int separate;        // every sample has a plane of its own
  int tiled;
  int converts;        // libtiff has to make RGB of it
  const uint16_t *palette[3];
  int palette_shift;
} TIFFLayout;

// Opens the file; NULL where that fails, with the reason in the input's result. TIFFClose closes it.
TIFF *codec_tiff_open(TIFFInput *input);

// Reads how the samples lie, and refuses what is not decoded. The result is the input's.
CodecResult codec_tiff_read_layout(TIFF *tiff, TIFFInput *input, TIFFLayout *layout);

// Makes RGB of `count` pixels. `planes` holds for every sample used where its first value lies, at bit 0; the next one
// of the same sample is `step` values on.
void codec_tiff_unpack(
    const TIFFLayout *layout, const uint8_t *const planes[], size_t step, size_t count, const uint8_t *background,
    uint8_t *rgb);

// Samples of a pixel that the picture depends on, the first of those stored.
int codec_tiff_used_samples(const TIFFLayout *layout);

#endif
