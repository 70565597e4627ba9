#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "webp_library.h"

// What stands around the compressed pixels.
typedef struct {
  WebPBitstreamFeatures features;
  const uint8_t *end;    // of the file, as its first bytes state it
  const uint8_t *exif;   // NULL without
  size_t exif_count;
  const uint8_t *frame;  // the first frame of an animation, behind its 16 bytes of place and time; NULL without
  size_t frame_count;
  int32_t frame_x, frame_y, frame_width, frame_height;
} WebPLayout;

static uint32_t read24(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16; }

static uint32_t read32(const uint8_t *p) { return read24(p) | (uint32_t)p[3] << 24; }

static CodecResult failure(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return codec_result(CodecStatusDone, NULL);
    case VP8_STATUS_OUT_OF_MEMORY:
      return codec_result(CodecStatusOutOfMemory, NULL);
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return codec_result(CodecStatusTruncated, NULL);
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return codec_result(CodecStatusUnsupported, "a WebP with an unknown feature");
    default:
      return codec_result(CodecStatusCorrupt, "libwebp finds the bitstream broken");
  }
}

static CodecResult get_features(const uint8_t *bytes, size_t count, WebPBitstreamFeatures *features) {
  const WebPLibrary *library = codec_webp_library();
  if (!library) return codec_result(CodecStatusUnsupported, "a WebP, without libwebp.so.7 on this machine");
  return failure(library->WebPGetFeaturesInternal(bytes, count, features, WEBP_DECODER_ABI_VERSION));
}

static void take_frame(WebPLayout *layout, const uint8_t *chunk, size_t length) {
  if (layout->frame || length < 16) return;
  layout->frame = chunk + 16;
  layout->frame_count = length - 16;
  layout->frame_x = 2 * (int32_t)read24(chunk);
  layout->frame_y = 2 * (int32_t)read24(chunk + 3);
  layout->frame_width = 1 + (int32_t)read24(chunk + 6);
  layout->frame_height = 1 + (int32_t)read24(chunk + 9);
}

static void take_exif(WebPLayout *layout, const uint8_t *chunk, size_t length) {
  if (layout->exif) return;
  // Some programs leave the introduction that EXIF has in a JPEG.
  size_t skipped = length >= 6 && memcmp(chunk, "Exif\0", 6) == 0 ? 6 : 0;
  layout->exif = chunk + skipped;
  layout->exif_count = length - skipped;
}

// Goes from chunk to chunk for what libwebp's decoder passes over. Returns 0 where the bytes end before that is found.
static int walk_chunks(WebPLayout *layout, const uint8_t *bytes, size_t count) {
  int wants_exif = bytes[20] & 8, wants_frame = layout->features.has_animation;
  const uint8_t *chunk = bytes + 12;
  while ((wants_exif && !layout->exif) || (wants_frame && !layout->frame)) {
    size_t left = (size_t)(layout->end - chunk);
    if (left < 8) return 1;
    if ((size_t)(chunk - bytes) + 8 > count) return 0;
    size_t length = read32(chunk + 4);
    if (length > left - 8) return 1;
    if ((size_t)(chunk - bytes) + 8 + length > count) return 0;
    if (memcmp(chunk, "ANMF", 4) == 0) take_frame(layout, chunk + 8, length);
    if (memcmp(chunk, "EXIF", 4) == 0) take_exif(layout, chunk + 8, length);
    length += length & 1;
    if (length > left - 8) return 1;
    chunk += 8 + length;
  }
  return 1;
}

static CodecResult read_layout(const uint8_t *bytes, size_t count, WebPLayout *layout) {
  memset(layout, 0, sizeof *layout);
  CodecResult result = get_features(bytes, count, &layout->features);
  if (result.status != CodecStatusDone) return result;
  if (count < 21) return codec_result(CodecStatusTruncated, NULL);
  layout->end = bytes + 8 + (size_t)read32(bytes + 4);
  if (memcmp(bytes + 12, "VP8X", 4) == 0 && !walk_chunks(layout, bytes, count))
    return codec_result(CodecStatusTruncated, NULL);
  if (layout->features.has_animation && !layout->frame)
    return codec_result(CodecStatusCorrupt, "an animation without a frame");
  return result;
}

CodecResult codec_webp_read_header(const uint8_t *bytes, size_t count, CodecHeader *header) {
  WebPLayout layout;
  CodecResult result = read_layout(bytes, count, &layout);
  if (result.status != CodecStatusDone) return result;
  header->width = layout.features.width;
  header->height = layout.features.height;
  header->orientation = layout.exif ? codec_exif_orientation(layout.exif, layout.exif_count) : 1;
  header->is_grey = 0;
  return result;
}

// Decodes one bitstream to `samples`, of 3 bytes a pixel or 4 with alpha; to a smaller size where that is asked for.
static CodecResult decode_samples(
    const uint8_t *bytes, size_t count, int has_alpha, size_t width, size_t height, int is_scaled, uint8_t *samples) {
  // The header has been read, hence the library is there.
  const WebPLibrary *library = codec_webp_library();
  WebPDecoderConfig config;
  if (!library || !library->WebPInitDecoderConfigInternal(&config, WEBP_DECODER_ABI_VERSION)) return codec_result(CodecStatusUnsupported, "libwebp is of another version");
  size_t stride = (has_alpha ? 4 : 3) * width;
  // Means of transparent colours are right only of colours weighted by alpha.
  config.output.colorspace = has_alpha ? (is_scaled ? MODE_rgbA : MODE_RGBA) : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = samples;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = stride * height;
  config.options.use_scaling = is_scaled;
  config.options.scaled_width = (int)width;
  config.options.scaled_height = (int)height;
  CodecResult result = failure(library->WebPDecode(bytes, count, &config));
  library->WebPFreeDecBuffer(&config.output);
  return result;
}

static void composite_weighted(const uint8_t *rgba, const uint8_t *background, uint8_t *rgb, size_t count) {
  for (size_t index = 0; index < count; index++, rgba += 4, rgb += 3)
    for (int channel = 0; channel < 3; channel++) {
      unsigned value = rgba[channel] + (background[channel] * (255u - rgba[3]) + 127) / 255;
      rgb[channel] = (uint8_t)(value > 255 ? 255 : value);
    }
}

static CodecResult decode_still(const uint8_t *bytes, size_t count, int has_alpha, CodecTarget target) {
  size_t divisor = (size_t)target.reduction;
  size_t width = ((size_t)target.width + divisor - 1) / divisor;
  size_t height = ((size_t)target.height + divisor - 1) / divisor;
  if (!has_alpha) return decode_samples(bytes, count, 0, width, height, divisor > 1, target.rgb);
  uint8_t *samples = malloc(4 * width * height);
  if (!samples) return codec_result(CodecStatusOutOfMemory, NULL);
  CodecResult result = decode_samples(bytes, count, 1, width, height, divisor > 1, samples);
  if (result.status == CodecStatusDone)
    (divisor > 1 ? composite_weighted : codec_composite)(samples, target.background, target.rgb, width * height);
  free(samples);
  return result;
}

// The first frame where it lies on the background.
static CodecResult decode_frame(const WebPLayout *layout, CodecTarget target) {
  size_t width = (size_t)layout->frame_width, height = (size_t)layout->frame_height;
  if (target.reduction > 1) return codec_result(CodecStatusUnsupported, "an animation of this size");
  if (layout->frame_x > target.width - layout->frame_width || layout->frame_y > target.height - layout->frame_height)
    return codec_result(CodecStatusCorrupt, "the first frame reaches out of the image");
  WebPBitstreamFeatures features;
  CodecResult result = get_features(layout->frame, layout->frame_count, &features);
  // The frame's own bytes are all there: what is short in them is not for want of reading on.
  if (result.status == CodecStatusTruncated) result.status = CodecStatusCorrupt;
  if (result.status != CodecStatusDone) return result;
  if ((size_t)features.width != width || (size_t)features.height != height)
    return codec_result(CodecStatusCorrupt, "the size of the first frame contradicts itself");
  uint8_t *samples = malloc(4 * width * height);
  if (!samples) return codec_result(CodecStatusOutOfMemory, NULL);
  result = decode_samples(layout->frame, layout->frame_count, 1, width, height, 0, samples);
  if (result.status == CodecStatusDone) {
    size_t pixels = (size_t)target.width * (size_t)target.height;
    for (size_t index = 0; index < pixels; index++) memcpy(target.rgb + 3 * index, target.background, 3);
    for (size_t y = 0; y < height; y++)
      codec_composite(
          samples + 4 * width * y, target.background,
          target.rgb + 3 * ((size_t)target.width * ((size_t)layout->frame_y + y) + (size_t)layout->frame_x), width);
  }
  free(samples);
  return result;
}

CodecResult codec_webp_decode(const uint8_t *bytes, size_t count, CodecTarget target) {
  WebPLayout layout;
  CodecResult result = read_layout(bytes, count, &layout);
  if (result.status != CodecStatusDone) return result;
  if (layout.features.width != target.width || layout.features.height != target.height)
    return codec_result(CodecStatusCorrupt, "the header contradicts itself");
  if ((size_t)(layout.end - bytes) > count) return codec_result(CodecStatusTruncated, NULL);
  if (layout.features.has_animation) return decode_frame(&layout, target);
  return decode_still(bytes, count, layout.features.has_alpha, target);
}
