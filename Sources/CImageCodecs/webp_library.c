#include "webp_library.h"

#include <pthread.h>
#include <stddef.h>

static WebPLibrary library;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int is_loaded;

static void load(void) {
  static const char *const names[] = {WEBP_FUNCTIONS(LAZY_NAME)};
  is_loaded = codec_load_library("libwebp.so.7", names, sizeof names / sizeof *names, (void **)&library);
}

const WebPLibrary *codec_webp_library(void) {
  pthread_once(&once, load);
  return is_loaded ? &library : NULL;
}
