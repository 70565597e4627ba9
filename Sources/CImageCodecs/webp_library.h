#ifndef PEREGRINE_C_IMAGE_CODECS_WEBP_LIBRARY_H
#define PEREGRINE_C_IMAGE_CODECS_WEBP_LIBRARY_H

#include <webp/decode.h>

#include "lazy_library.h"

#define WEBP_FUNCTIONS(use) \
  use(WebPDecode) use(WebPFreeDecBuffer) use(WebPGetFeaturesInternal) use(WebPInitDecoderConfigInternal)

LAZY_TABLE(WebPLibrary, WEBP_FUNCTIONS);

// The table of libwebp's functions; NULL where it is missing.
const WebPLibrary *codec_webp_library(void);

#endif
