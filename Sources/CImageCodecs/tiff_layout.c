#include <string.h>

#include "tiff.h"

enum { dngVersionTag = 50706, colorFilterArray = 32803 };

static CodecResult done(void) { return codec_result(CodecStatusDone, NULL); }

static CodecResult unsupported(const char *message) { return codec_result(CodecStatusUnsupported, message); }

// Photographs before development are TIFF files whose first page is a small picture, or not a picture yet.
static CodecResult refuse_raw(TIFF *tiff, uint16_t photometric) {
  uint32_t kind = 0, count = 0;
  void *version = NULL;
  if (TIFFGetField(tiff, dngVersionTag, &count, &version) || TIFFGetField(tiff, dngVersionTag, &version))
    return codec_result(CodecStatusForeign, "DNG");
  if (photometric == colorFilterArray) return codec_result(CodecStatusForeign, "a raw photograph");
  if (TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind) && (kind & FILETYPE_REDUCEDIMAGE))
    return unsupported("the first page of this TIFF is a reduced copy, as in raw photographs");
  return done();
}

static CodecResult read_palette(TIFF *tiff, TIFFLayout *layout) {
  uint16_t *colors[3];
  if (layout->bits > 8 || !TIFFGetField(tiff, TIFFTAG_COLORMAP, &colors[0], &colors[1], &colors[2]))
    return codec_result(CodecStatusCorrupt, "the palette is missing");
  layout->palette_shift = 0;
  for (int channel = 0; channel < 3; channel++) {
    layout->palette[channel] = colors[channel];
    // Some programs write values of 8 bits.
    for (int index = 0; index < 1 << layout->bits; index++)
      if (colors[channel][index] > 255) layout->palette_shift = 8;
  }
  return done();
}

// Of the samples beyond the colours the first may be alpha.
static void read_alpha(TIFF *tiff, int colors, TIFFLayout *layout) {
  uint16_t count = 0, *kinds = NULL;
  layout->alpha = -1;
  if (layout->samples <= colors) return;
  int stated = TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0;
  // Where the tag is missing a fourth sample is alpha, as other programs take it.
  if (stated ? kinds[0] == EXTRASAMPLE_UNSPECIFIED : colors != 3) return;
  layout->alpha = colors;
  layout->alpha_weighted = stated && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
}

static CodecResult read_color(TIFF *tiff, uint16_t photometric, TIFFLayout *layout) {
  uint16_t inks = INKSET_CMYK;
  int colors = 1;
  switch (photometric) {
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MINISWHITE:
      layout->color = photometric == PHOTOMETRIC_MINISBLACK ? TIFFColorGrey : TIFFColorInvertedGrey;
      if (layout->samples > 2) return unsupported("a TIFF of several channels that are not said to be colours");
      break;
    case PHOTOMETRIC_RGB:
      layout->color = TIFFColorRGB;
      colors = 3;
      break;
    case PHOTOMETRIC_PALETTE:
      layout->color = TIFFColorPalette;
      break;
    case PHOTOMETRIC_SEPARATED:
      TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &inks);
      if (inks != INKSET_CMYK) return unsupported("a TIFF of inks that are not CMYK");
      layout->color = TIFFColorInks;
      colors = 4;
      break;
    default:
      return unsupported("a TIFF of this colour space");
  }
  if (layout->samples < colors) return codec_result(CodecStatusCorrupt, "samples of a pixel are missing");
  read_alpha(tiff, colors, layout);
  return layout->color == TIFFColorPalette ? read_palette(tiff, layout) : done();
}

// Colour spaces that libtiff turns into RGB: always, or while it undoes JPEG.
static int converts(TIFF *tiff, uint16_t photometric, uint16_t compression, TIFFLayout *layout) {
  if (photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG && !layout->separate) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    return 0;
  }
  return photometric == PHOTOMETRIC_YCBCR || compression == COMPRESSION_OJPEG || photometric == PHOTOMETRIC_CIELAB;
}

static CodecResult read_samples(TIFF *tiff, TIFFInput *input, TIFFLayout *layout) {
  uint16_t photometric = 0, compression = COMPRESSION_NONE, planes = PLANARCONFIG_CONTIG, kind = SAMPLEFORMAT_UINT;
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric))
    return codec_result(CodecStatusCorrupt, "no tag says what its samples mean");
  CodecResult result = refuse_raw(tiff, photometric);
  if (result.status != CodecStatusDone) return result;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &kind);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
  layout->separate = planes == PLANARCONFIG_SEPARATE && layout->samples > 1;
  layout->tiled = TIFFIsTiled(tiff);
  if (!TIFFIsCODECConfigured(compression)) return unsupported("a TIFF of this compression");
  if (kind == SAMPLEFORMAT_IEEEFP) return unsupported("a TIFF of floating-point samples, whose range nothing states");
  if (kind != SAMPLEFORMAT_UINT && kind != SAMPLEFORMAT_VOID) return unsupported("a TIFF of samples with a sign");
  if (layout->bits < 1 || layout->bits > 16) return unsupported("a TIFF of more than 16 bits a sample");
  layout->converts = converts(tiff, photometric, compression, layout);
  if (layout->converts) {
    char message[1024] = "";
    return TIFFRGBAImageOK(tiff, message) ? done() : unsupported(message);
  }
  if (photometric == PHOTOMETRIC_YCBCR) photometric = PHOTOMETRIC_RGB;
  result = read_color(tiff, photometric, layout);
  return result.status == CodecStatusDone ? input->result : result;
}

CodecResult codec_tiff_read_layout(TIFF *tiff, TIFFInput *input, TIFFLayout *layout) {
  memset(layout, 0, sizeof *layout);
  uint16_t orientation = ORIENTATION_TOPLEFT;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width) ||
      !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height) || layout->width == 0 || layout->height == 0)
    return codec_result(CodecStatusCorrupt, "the size is missing");
  if (layout->width > INT32_MAX || layout->height > INT32_MAX) return unsupported("a side above 2147483647 pixels");
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  layout->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  return read_samples(tiff, input, layout);
}

static CodecResult read_header(TIFFInput *input, CodecHeader *header) {
  TIFF *tiff = codec_tiff_open(input);
  if (!tiff) return input->result;
  TIFFLayout layout;
  CodecResult result = codec_tiff_read_layout(tiff, input, &layout);
  TIFFClose(tiff);
  if (result.status != CodecStatusDone) return result;
  header->width = (int32_t)layout.width;
  header->height = (int32_t)layout.height;
  header->orientation = layout.orientation;
  header->is_grey = !layout.converts && (layout.color == TIFFColorGrey || layout.color == TIFFColorInvertedGrey);
  return result;
}

CodecResult codec_tiff_read_header(const uint8_t *bytes, size_t count, CodecHeader *header) {
  TIFFInput input = {.bytes = bytes, .count = count};
  return read_header(&input, header);
}

CodecResult codec_tiff_read_header_of_file(int descriptor, CodecHeader *header) {
  TIFFInput input = {.descriptor = descriptor};
  return read_header(&input, header);
}
