#include "jpeg.h"

void codec_jpeg_leave(j_common_ptr common, CodecStatus status, const char *message) {
  JPEGErrors *errors = (JPEGErrors *)common->err;
  char text[JMSG_LENGTH_MAX];
  if (!message) {
    common->err->format_message(common, text);
    message = text;
  }
  errors->result = codec_result(status, message);
  longjmp(errors->leave, 1);
}

static void error_exit(j_common_ptr common) {
  CodecStatus status = CodecStatusCorrupt;
  switch (common->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      status = CodecStatusOutOfMemory;
      break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      status = CodecStatusUnsupported;
      break;
    case JERR_NO_BACKING_STORE:
      codec_jpeg_leave(common, CodecStatusUnsupported, "a JPEG in several scans that take more than 2 GB of memory");
    default:
      break;
  }
  codec_jpeg_leave(common, status, NULL);
}

// libjpeg decodes on after damage and only warns. Damage to the picture is an error here; remarks about oddities that
// leave the picture whole (stray bytes before a marker, an unknown JFIF version) are not.
static void emit_message(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
      codec_jpeg_leave(common, CodecStatusTruncated, NULL);
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      codec_jpeg_leave(common, CodecStatusCorrupt, NULL);
    default:
      common->err->num_warnings++;
  }
}

static void output_nothing(j_common_ptr common) { (void)common; }

struct jpeg_error_mgr *codec_jpeg_errors(JPEGErrors *errors) {
  jpeg_std_error(&errors->manager);
  errors->manager.error_exit = error_exit;
  errors->manager.emit_message = emit_message;
  errors->manager.output_message = output_nothing;
  errors->result = codec_result(CodecStatusDone, NULL);
  return &errors->manager;
}
