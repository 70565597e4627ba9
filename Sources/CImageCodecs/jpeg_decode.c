#include <stdlib.h>
#include <string.h>

#include "jpeg.h"

// Everything that one decode needs. It lives in the frame of the caller of the function that calls setjmp, so that
// its values are defined after a longjmp.
typedef struct {
  struct jpeg_decompress_struct decoder;
  JPEGErrors errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  int32_t maximum_scans;
  uint8_t *row;
} JPEGDecoding;

static void source_nothing(j_decompress_ptr decoder) { (void)decoder; }

static boolean source_exhausted(j_decompress_ptr decoder) {
  codec_jpeg_leave((j_common_ptr)decoder, CodecStatusTruncated, "the data end before the image does");
}

static void source_skip(j_decompress_ptr decoder, long count) {
  if (count <= 0) return;
  if ((size_t)count > decoder->src->bytes_in_buffer) source_exhausted(decoder);
  decoder->src->next_input_byte += count;
  decoder->src->bytes_in_buffer -= (size_t)count;
}

static void count_scans(j_common_ptr common) {
  JPEGDecoding *decoding = common->client_data;
  if (decoding->decoder.input_scan_number > decoding->maximum_scans)
    codec_jpeg_leave(common, CodecStatusTooManyScans, "more scans than allowed");
}

static void start(JPEGDecoding *decoding, const uint8_t *bytes, size_t count) {
  j_decompress_ptr decoder = &decoding->decoder;
  jpeg_create_decompress(decoder);
  decoder->client_data = decoding;
  decoding->source.next_input_byte = bytes;
  decoding->source.bytes_in_buffer = count;
  decoding->source.init_source = source_nothing;
  decoding->source.fill_input_buffer = source_exhausted;
  decoding->source.skip_input_data = source_skip;
  decoding->source.resync_to_restart = jpeg_resync_to_restart;
  decoding->source.term_source = source_nothing;
  decoder->src = &decoding->source;
}

static CodecResult finish(JPEGDecoding *decoding) {
  jpeg_destroy_decompress(&decoding->decoder);
  free(decoding->row);
  return decoding->errors.result;
}

static int32_t orientation(j_decompress_ptr decoder) {
  for (jpeg_saved_marker_ptr marker = decoder->marker_list; marker; marker = marker->next) {
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && memcmp(marker->data, "Exif\0", 6) == 0)
      return codec_exif_orientation(marker->data + 6, marker->data_length - 6);
  }
  return 1;
}

static void read_header(JPEGDecoding *decoding, const uint8_t *bytes, size_t count, CodecHeader *header) {
  if (setjmp(decoding->errors.leave)) return;
  start(decoding, bytes, count);
  jpeg_save_markers(&decoding->decoder, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&decoding->decoder, TRUE);
  header->width = (int32_t)decoding->decoder.image_width;
  header->height = (int32_t)decoding->decoder.image_height;
  header->orientation = orientation(&decoding->decoder);
  header->is_grey = decoding->decoder.num_components == 1;
}

CodecResult codec_jpeg_read_header(const uint8_t *bytes, size_t count, CodecHeader *header) {
  JPEGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.decoder.err = codec_jpeg_errors(&decoding.errors);
  read_header(&decoding, bytes, count, header);
  return finish(&decoding);
}

// Adobe's programs, and after them nearly everyone, store CMYK inverted: 255 is no ink.
static void rgb_from_inverted_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t count) {
  for (size_t index = 0; index < count; index++, cmyk += 4, rgb += 3) {
    unsigned key = cmyk[3];
    for (int channel = 0; channel < 3; channel++) rgb[channel] = (uint8_t)((cmyk[channel] * key + 127) / 255);
  }
}

static void decode(
    JPEGDecoding *decoding, const uint8_t *bytes, size_t count, int32_t reduction, uint8_t *rgb, int32_t width,
    int32_t height) {
  if (setjmp(decoding->errors.leave)) return;
  j_decompress_ptr decoder = &decoding->decoder;
  start(decoding, bytes, count);
  // All coefficients of an image in several scans are held, at any scale.
  decoder->mem->max_memory_to_use = 2L << 30;
  decoding->progress.progress_monitor = count_scans;
  decoder->progress = &decoding->progress;
  jpeg_read_header(decoder, TRUE);

  int fourChannels = decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK;
  decoder->out_color_space = fourChannels ? JCS_CMYK : JCS_RGB;
  decoder->dct_method = JDCT_ISLOW;
  decoder->scale_num = 1;
  decoder->scale_denom = (unsigned)reduction;
  jpeg_start_decompress(decoder);
  if (decoder->output_width != (JDIMENSION)width || decoder->output_height != (JDIMENSION)height)
    codec_jpeg_leave((j_common_ptr)decoder, CodecStatusCorrupt, "the header contradicts itself");

  size_t stride = 3 * (size_t)width;
  if (fourChannels) {
    decoding->row = malloc(4 * (size_t)width);
    if (!decoding->row) codec_jpeg_leave((j_common_ptr)decoder, CodecStatusOutOfMemory, "no memory for a row");
  }
  while (decoder->output_scanline < decoder->output_height) {
    uint8_t *target = rgb + stride * decoder->output_scanline;
    if (fourChannels) {
      JSAMPROW row = decoding->row;
      if (jpeg_read_scanlines(decoder, &row, 1) == 1) rgb_from_inverted_cmyk(row, target, (size_t)width);
    } else {
      JSAMPROW rows[16];
      JDIMENSION wanted = decoder->output_height - decoder->output_scanline;
      if (wanted > 16) wanted = 16;
      for (JDIMENSION index = 0; index < wanted; index++) rows[index] = target + stride * index;
      jpeg_read_scanlines(decoder, rows, wanted);
    }
  }
  // Reads on to the end-of-image marker, so that a file cut short in its last bytes does not pass.
  jpeg_finish_decompress(decoder);
}

CodecResult codec_jpeg_decode(
    const uint8_t *bytes, size_t count, int32_t reduction, int32_t maximum_scans, uint8_t *rgb, int32_t width,
    int32_t height) {
  JPEGDecoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.maximum_scans = maximum_scans;
  decoding.decoder.err = codec_jpeg_errors(&decoding.errors);
  decode(&decoding, bytes, count, reduction, rgb, width, height);
  return finish(&decoding);
}
