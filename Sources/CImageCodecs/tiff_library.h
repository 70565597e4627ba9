#ifndef PEREGRINE_C_IMAGE_CODECS_TIFF_LIBRARY_H
#define PEREGRINE_C_IMAGE_CODECS_TIFF_LIBRARY_H

#include <tiffio.h>

#include "lazy_library.h"

#define TIFF_FUNCTIONS(use)                                                                                      \
  use(TIFFClientOpenExt) use(TIFFClose) use(TIFFComputeStrip) use(TIFFComputeTile) use(TIFFGetField)             \
      use(TIFFGetFieldDefaulted) use(TIFFGetStrileByteCount) use(TIFFGetStrileOffset) use(TIFFIsCODECConfigured) \
          use(TIFFIsTiled) use(TIFFOpenOptionsAlloc) use(TIFFOpenOptionsFree)                                    \
              use(TIFFOpenOptionsSetErrorHandlerExtR) use(TIFFOpenOptionsSetMaxSingleMemAlloc)                   \
                  use(TIFFOpenOptionsSetWarningHandlerExtR) use(TIFFRGBAImageOK) use(TIFFReadEncodedStrip)       \
                      use(TIFFReadEncodedTile) use(TIFFReadRGBAStrip) use(TIFFReadRGBATile) use(TIFFReadScanline) \
                          use(TIFFScanlineSize) use(TIFFSetField) use(TIFFStripSize) use(TIFFTileSize)

LAZY_TABLE(TIFFLibrary, TIFF_FUNCTIONS);

// Filled by codec_tiff_load, which is called before any of its functions and returns 0 where libtiff is missing.
extern TIFFLibrary codec_tiff;
int codec_tiff_load(void);

#ifndef CODEC_TIFF_OWN_NAMES
#define TIFFClientOpenExt codec_tiff.TIFFClientOpenExt
#define TIFFClose codec_tiff.TIFFClose
#define TIFFComputeStrip codec_tiff.TIFFComputeStrip
#define TIFFComputeTile codec_tiff.TIFFComputeTile
#define TIFFGetField codec_tiff.TIFFGetField
#define TIFFGetFieldDefaulted codec_tiff.TIFFGetFieldDefaulted
#define TIFFGetStrileByteCount codec_tiff.TIFFGetStrileByteCount
#define TIFFGetStrileOffset codec_tiff.TIFFGetStrileOffset
#define TIFFIsCODECConfigured codec_tiff.TIFFIsCODECConfigured
#define TIFFIsTiled codec_tiff.TIFFIsTiled
#define TIFFOpenOptionsAlloc codec_tiff.TIFFOpenOptionsAlloc
#define TIFFOpenOptionsFree codec_tiff.TIFFOpenOptionsFree
#define TIFFOpenOptionsSetErrorHandlerExtR codec_tiff.TIFFOpenOptionsSetErrorHandlerExtR
#define TIFFOpenOptionsSetMaxSingleMemAlloc codec_tiff.TIFFOpenOptionsSetMaxSingleMemAlloc
#define TIFFOpenOptionsSetWarningHandlerExtR codec_tiff.TIFFOpenOptionsSetWarningHandlerExtR
#define TIFFRGBAImageOK codec_tiff.TIFFRGBAImageOK
#define TIFFReadEncodedStrip codec_tiff.TIFFReadEncodedStrip
#define TIFFReadEncodedTile codec_tiff.TIFFReadEncodedTile
#define TIFFReadRGBAStrip codec_tiff.TIFFReadRGBAStrip
#define TIFFReadRGBATile codec_tiff.TIFFReadRGBATile
#define TIFFReadScanline codec_tiff.TIFFReadScanline
#define TIFFScanlineSize codec_tiff.TIFFScanlineSize
#define TIFFSetField codec_tiff.TIFFSetField
#define TIFFStripSize codec_tiff.TIFFStripSize
#define TIFFTileSize codec_tiff.TIFFTileSize
#endif

#endif
