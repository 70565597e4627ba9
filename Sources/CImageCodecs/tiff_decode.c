#include <stdlib.h>
#include <string.h>

#include "tiff.h"

enum { mostSamples = 5 };

// Everything that one decode needs.
typedef struct {
  TIFF *tiff;
  TIFFInput input;
  TIFFLayout layout;
  CodecCanvas canvas;
  uint8_t *samples;  // of a row, a strip or a tile; where samples have planes of their own, of one each
  uint32_t *raster;
  uint8_t *rgb;  // one row of a tile
} TIFFDecoding;

static CodecResult corrupt(const char *message) { return codec_result(CodecStatusCorrupt, message); }

// Why a strip or tile cannot be read: what libtiff found wrong, which keeps to itself that one lies past the end.
static CodecResult failure(TIFFDecoding *decoding, uint32_t number) {
  if (decoding->input.result.status != CodecStatusDone) return decoding->input.result;
  uint64_t start = TIFFGetStrileOffset(decoding->tiff, number);
  uint64_t length = TIFFGetStrileByteCount(decoding->tiff, number);
  if (length > decoding->input.count || start > decoding->input.count - length)
    return codec_result(CodecStatusTruncated, NULL);
  return corrupt("a strip or tile cannot be read");
}

// Allocates `planes` × `length` bytes, if that is a sensible amount.
static CodecResult allocate(TIFFDecoding *decoding, tmsize_t length, int planes, size_t needed) {
  if (length <= 0 || (size_t)length < needed) return corrupt("its parts are smaller than their rows");
  if ((uint64_t)length * (uint64_t)planes >= (uint64_t)1 << 30)
    return codec_result(CodecStatusUnsupported, "a TIFF in parts of 1073741824 bytes or more");
  decoding->samples = calloc((size_t)planes, (size_t)length);
  decoding->rgb = malloc(3 * (size_t)decoding->layout.width);
  if (!decoding->samples || !decoding->rgb) return codec_result(CodecStatusOutOfMemory, NULL);
  return decoding->input.result;
}

// The bytes of a row of `pixels` pixels: of all samples, or of one where they are separate.
static size_t row_bytes(const TIFFLayout *layout, size_t pixels) {
  return (pixels * layout->bits * (layout->separate ? 1 : layout->samples) + 7) / 8;
}

static size_t step(const TIFFLayout *layout) { return layout->separate ? 1 : layout->samples; }

// Where the used samples of a row begin.
static void set_planes(
    const TIFFDecoding *decoding, size_t plane_length, size_t row_start, const uint8_t *planes[mostSamples]) {
  for (int index = 0; index < codec_tiff_used_samples(&decoding->layout); index++)
    planes[index] = decoding->samples + (decoding->layout.separate ? plane_length * (size_t)index : 0) + row_start;
}

// Strips whose pixels lie together: row by row, so that a strip as large as the image is never held unpacked.
static CodecResult decode_rows(TIFFDecoding *decoding) {
  TIFFLayout *layout = &decoding->layout;
  tmsize_t length = TIFFScanlineSize(decoding->tiff);
  CodecResult result = allocate(decoding, length, 1, row_bytes(layout, layout->width));
  if (result.status != CodecStatusDone) return result;
  const uint8_t *planes[mostSamples];
  set_planes(decoding, 0, 0, planes);
  for (uint32_t y = 0; y < layout->height; y++) {
    if (TIFFReadScanline(decoding->tiff, decoding->samples, y, 0) != 1 ||
        decoding->input.result.status != CodecStatusDone)
      return failure(decoding, TIFFComputeStrip(decoding->tiff, y, 0));
    uint8_t *rgb = codec_canvas_row(&decoding->canvas, (int32_t)y);
    codec_tiff_unpack(layout, planes, step(layout), layout->width, decoding->canvas.target.background, rgb);
    codec_canvas_finish_row(&decoding->canvas, (int32_t)y);
  }
  return decoding->input.result;
}

static CodecResult decode_separate_strips(TIFFDecoding *decoding) {
  TIFFLayout *layout = &decoding->layout;
  int used = codec_tiff_used_samples(layout);
  uint32_t rows = 0;
  TIFFGetFieldDefaulted(decoding->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
  if (rows == 0) return corrupt("its strips have no rows");
  if (rows > layout->height) rows = layout->height;
  tmsize_t length = TIFFStripSize(decoding->tiff);
  size_t row_length = row_bytes(layout, layout->width);
  CodecResult result = allocate(decoding, length, used, row_length * rows);
  if (result.status != CodecStatusDone) return result;
  const uint8_t *planes[mostSamples];
  for (uint32_t top = 0; top < layout->height; top += rows) {
    uint32_t held = layout->height - top < rows ? layout->height - top : rows;
    for (int index = 0; index < used; index++) {
      uint32_t strip = TIFFComputeStrip(decoding->tiff, top, (uint16_t)index);
      tmsize_t read = TIFFReadEncodedStrip(
          decoding->tiff, strip, decoding->samples + (size_t)length * (size_t)index, (tmsize_t)(row_length * held));
      if (read != (tmsize_t)(row_length * held) || decoding->input.result.status != CodecStatusDone)
        return failure(decoding, strip);
    }
    for (uint32_t row = 0; row < held; row++) {
      set_planes(decoding, (size_t)length, row_length * row, planes);
      uint8_t *rgb = codec_canvas_row(&decoding->canvas, (int32_t)(top + row));
      codec_tiff_unpack(layout, planes, 1, layout->width, decoding->canvas.target.background, rgb);
      codec_canvas_finish_row(&decoding->canvas, (int32_t)(top + row));
    }
    if (rows > layout->height - top) break;
  }
  return decoding->input.result;
}

typedef struct {
  uint32_t x, y, width, height;
} TIFFPart;

static CodecResult read_tile_size(TIFFDecoding *decoding, TIFFPart *tile) {
  memset(tile, 0, sizeof *tile);
  if (!TIFFGetField(decoding->tiff, TIFFTAG_TILEWIDTH, &tile->width) ||
      !TIFFGetField(decoding->tiff, TIFFTAG_TILELENGTH, &tile->height) || tile->width == 0 || tile->height == 0)
    return corrupt("the size of its tiles is missing");
  // Then no corner of a tile lies past what 32 bits hold.
  if (tile->width > INT32_MAX || tile->height > INT32_MAX) return corrupt("its tiles are too large");
  // A small file must not ask for much memory.
  uint64_t pixels = (uint64_t)tile->width * tile->height;
  if (pixels > 1 << 24 && pixels / 4 > (uint64_t)decoding->layout.width * decoding->layout.height)
    return corrupt("its tiles are far larger than the image");
  return codec_result(CodecStatusDone, NULL);
}

// Takes in the part of a tile that lies in the image.
static void put_tile(TIFFDecoding *decoding, TIFFPart tile, size_t length) {
  TIFFLayout *layout = &decoding->layout;
  const uint8_t *planes[mostSamples];
  size_t row_length = row_bytes(layout, tile.width);
  uint32_t columns = layout->width - tile.x < tile.width ? layout->width - tile.x : tile.width;
  uint32_t rows = layout->height - tile.y < tile.height ? layout->height - tile.y : tile.height;
  for (uint32_t row = 0; row < rows; row++) {
    set_planes(decoding, length, row_length * row, planes);
    codec_tiff_unpack(
        layout, planes, step(layout), columns, decoding->canvas.target.background, decoding->rgb);
    codec_canvas_put(&decoding->canvas, (int32_t)tile.x, (int32_t)(tile.y + row), 1, decoding->rgb, columns);
  }
}

static CodecResult decode_tiles(TIFFDecoding *decoding) {
  TIFFLayout *layout = &decoding->layout;
  TIFFPart tile;
  CodecResult result = read_tile_size(decoding, &tile);
  if (result.status != CodecStatusDone) return result;
  int planes = layout->separate ? codec_tiff_used_samples(layout) : 1;
  tmsize_t length = TIFFTileSize(decoding->tiff);
  size_t needed = row_bytes(layout, tile.width) * tile.height;
  result = allocate(decoding, length, planes, needed);
  if (result.status != CodecStatusDone) return result;
  for (tile.y = 0; tile.y < layout->height; tile.y += tile.height)
    for (tile.x = 0; tile.x < layout->width; tile.x += tile.width) {
      for (int index = 0; index < planes; index++) {
        uint32_t number = TIFFComputeTile(decoding->tiff, tile.x, tile.y, 0, (uint16_t)index);
        tmsize_t read = TIFFReadEncodedTile(
            decoding->tiff, number, decoding->samples + (size_t)length * (size_t)index, length);
        if (read < (tmsize_t)needed || decoding->input.result.status != CodecStatusDone)
          return failure(decoding, number);
      }
      put_tile(decoding, tile, (size_t)length);
    }
  return decoding->input.result;
}

// Rows of libtiff's own conversion, which come from below.
static void put_raster(TIFFDecoding *decoding, TIFFPart part, uint32_t columns, uint32_t rows, uint32_t raster_rows) {
  for (uint32_t row = 0; row < rows; row++) {
    const uint32_t *line = decoding->raster + (size_t)part.width * (raster_rows - 1 - row);
    for (uint32_t x = 0; x < columns; x++) {
      decoding->rgb[3 * x] = (uint8_t)TIFFGetR(line[x]);
      decoding->rgb[3 * x + 1] = (uint8_t)TIFFGetG(line[x]);
      decoding->rgb[3 * x + 2] = (uint8_t)TIFFGetB(line[x]);
    }
    codec_canvas_put(&decoding->canvas, (int32_t)part.x, (int32_t)(part.y + row), 1, decoding->rgb, columns);
  }
}

static CodecResult decode_converted(TIFFDecoding *decoding) {
  TIFFLayout *layout = &decoding->layout;
  TIFFPart part = {0, 0, layout->width, layout->height};
  if (layout->tiled) {
    CodecResult result = read_tile_size(decoding, &part);
    if (result.status != CodecStatusDone) return result;
  } else {
    TIFFGetFieldDefaulted(decoding->tiff, TIFFTAG_ROWSPERSTRIP, &part.height);
    if (part.height == 0) return corrupt("its strips have no rows");
    if (part.height > layout->height) part.height = layout->height;
  }
  // Turning is for who asked to decode.
  TIFFSetField(decoding->tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if ((uint64_t)part.width * part.height > (uint64_t)1 << 27)
    return codec_result(CodecStatusUnsupported, "a TIFF in parts of more than 134217728 pixels");
  decoding->raster = malloc(sizeof *decoding->raster * part.width * part.height);
  decoding->rgb = malloc(3 * (size_t)layout->width);
  if (!decoding->raster || !decoding->rgb) return codec_result(CodecStatusOutOfMemory, NULL);
  for (part.y = 0; part.y < layout->height; part.y += part.height)
    for (part.x = 0; part.x < layout->width; part.x += part.width) {
      uint32_t columns = layout->width - part.x < part.width ? layout->width - part.x : part.width;
      uint32_t rows = layout->height - part.y < part.height ? layout->height - part.y : part.height;
      int read = layout->tiled ? TIFFReadRGBATile(decoding->tiff, part.x, part.y, decoding->raster)
                               : TIFFReadRGBAStrip(decoding->tiff, part.y, decoding->raster);
      if (!read || decoding->input.result.status != CodecStatusDone)
        return failure(
            decoding, layout->tiled ? TIFFComputeTile(decoding->tiff, part.x, part.y, 0, 0)
                                    : TIFFComputeStrip(decoding->tiff, part.y, 0));
      // A tile is always whole, a strip ends with the image.
      put_raster(decoding, part, columns, rows, layout->tiled ? part.height : rows);
    }
  return decoding->input.result;
}

static CodecResult decode(TIFFDecoding *decoding, CodecTarget target) {
  TIFFLayout *layout = &decoding->layout;
  CodecResult result = codec_tiff_read_layout(decoding->tiff, &decoding->input, layout);
  if (result.status != CodecStatusDone) return result;
  if (layout->width != (uint32_t)target.width || layout->height != (uint32_t)target.height)
    return corrupt("the header contradicts itself");
  int in_rows = !layout->tiled && !layout->converts;
  if (!codec_canvas_open(&decoding->canvas, target, in_rows)) return codec_result(CodecStatusOutOfMemory, NULL);
  if (layout->converts) return decode_converted(decoding);
  if (layout->tiled) return decode_tiles(decoding);
  return layout->separate ? decode_separate_strips(decoding) : decode_rows(decoding);
}

CodecResult codec_tiff_decode(const uint8_t *bytes, size_t count, CodecTarget target) {
  TIFFDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.input.bytes = bytes;
  decoding.input.count = count;
  decoding.tiff = codec_tiff_open(&decoding.input);
  if (!decoding.tiff) return decoding.input.result;
  CodecResult result = decode(&decoding, target);
  codec_canvas_close(&decoding.canvas);
  TIFFClose(decoding.tiff);
  free(decoding.samples);
  free(decoding.raster);
  free(decoding.rgb);
  return result;
}
