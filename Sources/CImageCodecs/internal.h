#ifndef PEREGRINE_C_IMAGE_CODECS_INTERNAL_H
#define PEREGRINE_C_IMAGE_CODECS_INTERNAL_H

#include "include/CImageCodecs.h"

// The orientation (1...8) in a TIFF structure such as an EXIF block holds, or 1.
int32_t codec_exif_orientation(const uint8_t *tiff, size_t count);

// Makes room for `needed` bytes in all. Returns 0 where memory is short.
int codec_bytes_reserve(CodecBytes *bytes, size_t *capacity, size_t needed);

// Fills in a result; `message` may be NULL.
CodecResult codec_result(CodecStatus status, const char *message);

// Lays pixels with alpha on a background of 3 bytes.
void codec_composite(const uint8_t *rgba, const uint8_t *background, uint8_t *rgb, size_t count);

// Takes in the pixels of an image, at full size, and writes their means into the target.
typedef struct {
  CodecTarget target;
  size_t reduced_width;
  uint8_t *row;    // one row at full size
  uint16_t *sums;  // of the pixels that a reduced pixel covers: of one reduced row, or of all
  int holds_all;
  int32_t band;  // the reduced row whose sums are held, -1 before the first
} CodecCanvas;

// `in_rows`: whether pixels come row by row, upwards or downwards, which takes less memory. Returns 0 where memory is
// short; codec_canvas_close is called either way.
int codec_canvas_open(CodecCanvas *canvas, CodecTarget target, int in_rows);

// Where a whole row is to be written; codec_canvas_finish_row follows.
uint8_t *codec_canvas_row(CodecCanvas *canvas, int32_t y);
void codec_canvas_finish_row(CodecCanvas *canvas, int32_t y);

// Takes in `count` pixels of a row, those at x, x + step, ...
void codec_canvas_put(CodecCanvas *canvas, int32_t x, int32_t y, int32_t step, const uint8_t *rgb, size_t count);

// Writes what is left to write, and frees.
void codec_canvas_close(CodecCanvas *canvas);

#endif
