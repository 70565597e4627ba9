// One whole operation on an image file per call. No setjmp, handle, global state or printing leaks out of a function;
// every failure comes back as a status and a message.
#ifndef PEREGRINE_C_IMAGE_CODECS_H
#define PEREGRINE_C_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CodecStatusDone = 0,
  CodecStatusTruncated = 1,     // the bytes ended before the image did
  CodecStatusCorrupt = 2,       // the message says what the codec library found
  CodecStatusUnsupported = 3,   // a valid file of a kind that the codec library does not decode
  CodecStatusTooManyScans = 4,  // more scans than allowed
  CodecStatusOutOfMemory = 5,
  CodecStatusForeign = 6,  // a format that is not read; the message is its name
} CodecStatus;

typedef struct {
  CodecStatus status;
  char message[200];  // the codec library's own words, "" where there are none
} CodecResult;

typedef struct {
  int32_t width;        // as stored, before orientation
  int32_t height;
  int32_t orientation;  // EXIF orientation 1...8; 1 where absent or invalid
  int32_t is_grey;      // 1 where the file stores no colour, with or without alpha
} CodecHeader;

// Where decoded pixels go: RGB at 1/reduction (1, 2, 4 or 8) of the stored size, each side rounded up.
typedef struct {
  uint8_t *rgb;
  int32_t width;          // as the header says, before reduction
  int32_t height;
  int32_t reduction;      // every pixel is the mean of the stored pixels that it covers
  uint8_t background[3];  // shows through transparent pixels
} CodecTarget;

// Bytes allocated by an encoder; give them back with codec_bytes_free.
typedef struct {
  uint8_t *bytes;
  size_t count;
} CodecBytes;

typedef enum {
  CodecColorGrey = 0,   // 1 sample per pixel
  CodecColorYCbCr = 1,  // from 3 samples per pixel, RGB
  CodecColorRGB = 2,    // 3 samples per pixel, stored without conversion
  CodecColorCMYK = 3,   // 4 samples per pixel, as stored (Adobe: inverted)
  CodecColorYCCK = 4,   // from 4 samples per pixel, as CMYK
} CodecColor;

CodecResult codec_jpeg_read_header(const uint8_t *bytes, size_t count, CodecHeader *header);

// Decodes to RGB at 1/reduction (1, 2, 4 or 8) of the stored size. `width` and `height` are the size of `rgb`: the
// stored size divided by `reduction`, rounded up.
CodecResult codec_jpeg_decode(
    const uint8_t *bytes, size_t count, int32_t reduction, int32_t maximum_scans, uint8_t *rgb, int32_t width,
    int32_t height);

CodecResult codec_jpeg_encode(
    const uint8_t *samples, int32_t width, int32_t height, CodecColor color, int32_t quality, int32_t subsampled,
    int32_t progressive, CodecBytes *encoded);

CodecResult codec_png_read_header(const uint8_t *bytes, size_t count, CodecHeader *header);

CodecResult codec_png_decode(const uint8_t *bytes, size_t count, CodecTarget target);

CodecResult codec_png_encode(const uint8_t *rgb, int32_t width, int32_t height, CodecBytes *encoded);

// Samples of a PNG as they stand in the file, at full scale: one byte a pixel, a place in the palette or a level of grey
// that is not scaled to 8 bits; or three, RGB.
typedef struct {
  uint8_t *samples;
  int32_t width;  // as the header says
  int32_t height;
  int32_t channels;  // 1 or 3, as codec_png_read_label_kind says
  uint8_t *palette;  // room for 256 colours
  int32_t *palette_count;
} CodecLabels;

CodecResult codec_png_read_label_kind(const uint8_t *bytes, size_t count, int32_t *channels);

CodecResult codec_png_decode_labels(const uint8_t *bytes, size_t count, CodecLabels labels);

// One byte a pixel, places in a palette of 256 colours.
CodecResult codec_png_encode_labels(
    const uint8_t *labels, int32_t width, int32_t height, const uint8_t *palette, CodecBytes *encoded);

// Of an animation the first frame is decoded.
CodecResult codec_webp_read_header(const uint8_t *bytes, size_t count, CodecHeader *header);

CodecResult codec_webp_decode(const uint8_t *bytes, size_t count, CodecTarget target);

CodecResult codec_bmp_read_header(const uint8_t *bytes, size_t count, CodecHeader *header);

CodecResult codec_bmp_decode(const uint8_t *bytes, size_t count, CodecTarget target);

// Of several pages the first is decoded.
CodecResult codec_tiff_read_header(const uint8_t *bytes, size_t count, CodecHeader *header);

// The same of a regular file that is open, reading no more of it than that takes.
CodecResult codec_tiff_read_header_of_file(int descriptor, CodecHeader *header);

CodecResult codec_tiff_decode(const uint8_t *bytes, size_t count, CodecTarget target);

void codec_bytes_free(CodecBytes *bytes);

// One axis of a separable resampling: output i is the sum over k < taps of weights[i * taps + k] / 16384 times
// source[starts[i] + k]. The weights of one output are not negative and sum to 16384. `taps` is even; those that lie
// past the source have the weight 0.
typedef struct {
  const int32_t *starts;
  const int16_t *weights;
  int32_t taps;
  int32_t count;
} CodecResamplingAxis;

// Whether memory of this size can be had; it is given back at once.
int codec_has_memory(size_t byte_count);

// Resamples interleaved RGB. Returns 0 where memory is short.
int codec_resample(
    const uint8_t *source, int32_t source_width, int32_t source_height, CodecResamplingAxis vertical,
    CodecResamplingAxis horizontal, uint8_t *destination, size_t destination_stride);

// Writes `count` pixels of interleaved RGB as three planes of floats: byte × factor + offset, rounded after either
// step. One factor and offset per channel.
void codec_normalise(
    const uint8_t *pixels, size_t count, const float *factors, const float *offsets, float *planes);

#endif
