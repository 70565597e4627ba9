#ifndef PEREGRINE_C_IMAGE_CODECS_JPEG_H
#define PEREGRINE_C_IMAGE_CODECS_JPEG_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
// jerror.h needs jpeglib.h first.
#include <jerror.h>

#include "internal.h"

// libjpeg's error manager, and the way out of it. libjpeg hands back a pointer to `manager`, its first member.
typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf leave;
  CodecResult result;
} JPEGErrors;

// Sends every error to `leave` and nothing to stderr.
struct jpeg_error_mgr *codec_jpeg_errors(JPEGErrors *errors);

// Leaves with this status and libjpeg's current message, or `message` where it is not NULL.
void codec_jpeg_leave(j_common_ptr common, CodecStatus status, const char *message) __attribute__((noreturn));

#endif
