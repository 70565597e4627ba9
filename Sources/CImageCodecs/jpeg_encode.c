#include <stdlib.h>
#include <string.h>

#include "jpeg.h"

// Everything that one encode needs; see JPEGDecoding for where it lives.
typedef struct {
  struct jpeg_compress_struct encoder;
  JPEGErrors errors;
  struct jpeg_destination_mgr destination;
  CodecBytes encoded;
  size_t capacity;
} JPEGEncoding;

static void destination_point(JPEGEncoding *encoding) {
  if (!codec_bytes_reserve(&encoding->encoded, &encoding->capacity, encoding->encoded.count + 1))
    codec_jpeg_leave((j_common_ptr)&encoding->encoder, CodecStatusOutOfMemory, "no memory for the encoded image");
  encoding->destination.next_output_byte = encoding->encoded.bytes + encoding->encoded.count;
  encoding->destination.free_in_buffer = encoding->capacity - encoding->encoded.count;
}

static void destination_start(j_compress_ptr encoder) { destination_point(encoder->client_data); }

static boolean destination_full(j_compress_ptr encoder) {
  JPEGEncoding *encoding = encoder->client_data;
  // By libjpeg's contract the whole buffer counts as written here, whatever free_in_buffer says.
  encoding->encoded.count = encoding->capacity;
  destination_point(encoding);
  return TRUE;
}

static void destination_end(j_compress_ptr encoder) {
  JPEGEncoding *encoding = encoder->client_data;
  encoding->encoded.count = encoding->capacity - encoding->destination.free_in_buffer;
}

static void encode(
    JPEGEncoding *encoding, const uint8_t *samples, int32_t width, int32_t height, CodecColor color, int32_t quality,
    int32_t subsampled, int32_t progressive) {
  static const int channels[] = {1, 3, 3, 4, 4};
  static const J_COLOR_SPACE given[] = {JCS_GRAYSCALE, JCS_RGB, JCS_RGB, JCS_CMYK, JCS_CMYK};
  static const J_COLOR_SPACE stored[] = {JCS_GRAYSCALE, JCS_YCbCr, JCS_RGB, JCS_CMYK, JCS_YCCK};
  if (setjmp(encoding->errors.leave)) return;
  j_compress_ptr encoder = &encoding->encoder;
  jpeg_create_compress(encoder);
  encoder->client_data = encoding;
  encoding->destination.init_destination = destination_start;
  encoding->destination.empty_output_buffer = destination_full;
  encoding->destination.term_destination = destination_end;
  encoder->dest = &encoding->destination;

  encoder->image_width = (JDIMENSION)width;
  encoder->image_height = (JDIMENSION)height;
  encoder->input_components = channels[color];
  encoder->in_color_space = given[color];
  jpeg_set_defaults(encoder);
  jpeg_set_colorspace(encoder, stored[color]);
  jpeg_set_quality(encoder, quality, TRUE);
  encoder->dct_method = JDCT_ISLOW;
  if (!subsampled) {
    for (int index = 0; index < encoder->num_components; index++) {
      encoder->comp_info[index].h_samp_factor = 1;
      encoder->comp_info[index].v_samp_factor = 1;
    }
  }
  if (progressive) jpeg_simple_progression(encoder);
  jpeg_start_compress(encoder, TRUE);
  size_t stride = (size_t)channels[color] * (size_t)width;
  while (encoder->next_scanline < encoder->image_height) {
    JSAMPROW row = (JSAMPROW)(samples + stride * encoder->next_scanline);
    jpeg_write_scanlines(encoder, &row, 1);
  }
  jpeg_finish_compress(encoder);
}

CodecResult codec_jpeg_encode(
    const uint8_t *samples, int32_t width, int32_t height, CodecColor color, int32_t quality, int32_t subsampled,
    int32_t progressive, CodecBytes *encoded) {
  JPEGEncoding encoding;
  memset(&encoding, 0, sizeof encoding);
  encoding.encoder.err = codec_jpeg_errors(&encoding.errors);
  encode(&encoding, samples, width, height, color, quality, subsampled, progressive);
  jpeg_destroy_compress(&encoding.encoder);
  if (encoding.errors.result.status != CodecStatusDone) codec_bytes_free(&encoding.encoded);
  *encoded = encoding.encoded;
  return encoding.errors.result;
}
