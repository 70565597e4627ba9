#ifndef PEREGRINE_C_IMAGE_CODECS_INTERNAL_H
#define PEREGRINE_C_IMAGE_CODECS_INTERNAL_H

#include "include/CImageCodecs.h"

// The orientation (1...8) in a TIFF structure such as an EXIF block holds, or 1.
int32_t codec_exif_orientation(const uint8_t *tiff, size_t count);

// Makes room for `needed` bytes in all. Returns 0 where memory is short.
int codec_bytes_reserve(CodecBytes *bytes, size_t *capacity, size_t needed);

// Fills in a result; `message` may be NULL.
CodecResult codec_result(CodecStatus status, const char *message);

#endif
