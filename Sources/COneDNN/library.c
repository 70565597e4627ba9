#include "internal.h"

#include <pthread.h>
#include <stdio.h>

static _Thread_local char last_error[256] = "no error";
static _Thread_local bool last_error_is_memory = false;

static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void create_engine(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success)
    dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
}

dnnl_engine_t pdn_engine(void) {
  pthread_once(&engine_once, create_engine);
  return engine;
}

dnnl_stream_t pdn_stream(void) {
  pthread_once(&engine_once, create_engine);
  return stream;
}

const char *pdn_last_error(void) { return last_error; }

bool pdn_last_error_is_memory(void) { return last_error_is_memory; }

static const char *status_text(dnnl_status_t status) {
  switch (status) {
  case dnnl_out_of_memory: return "out of memory";
  case dnnl_invalid_arguments: return "the shapes or layouts do not fit together";
  case dnnl_unimplemented: return "oneDNN has no implementation for these shapes";
  case dnnl_runtime_error: return "it failed while running";
  default: return "it failed";
  }
}

void *pdn_fail(const char *what, dnnl_status_t status) {
  snprintf(last_error, sizeof last_error, "%s: %s", what, status_text(status));
  last_error_is_memory = status == dnnl_out_of_memory;
  return NULL;
}

void *pdn_fail_with_message(const char *what) {
  snprintf(last_error, sizeof last_error, "%s", what);
  last_error_is_memory = false;
  return NULL;
}

const char *pdn_version(void) {
  static char text[32];
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
  return text;
}

// An instruction set's value has the bits of those that it includes.
static bool has_instructions(dnnl_cpu_isa_t wanted) {
  return ((unsigned)dnnl_get_effective_cpu_isa() & (unsigned)wanted) == (unsigned)wanted;
}

const char *pdn_instruction_set(void) {
  static const struct {
    dnnl_cpu_isa_t isa;
    const char *name;
  } widest_first[] = {
      {dnnl_cpu_isa_avx512_core_amx, "AVX-512 with AMX"},
      {dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with VNNI and bf16"},
      {dnnl_cpu_isa_avx512_core_vnni, "AVX-512 with VNNI"},
      {dnnl_cpu_isa_avx512_core, "AVX-512"},
      {dnnl_cpu_isa_avx2_vnni, "AVX2 with VNNI"},
      {dnnl_cpu_isa_avx2, "AVX2"},
      {dnnl_cpu_isa_avx, "AVX"},
      {dnnl_cpu_isa_sse41, "SSE4.1"},
  };
  for (size_t index = 0; index < sizeof widest_first / sizeof *widest_first; index++)
    if (has_instructions(widest_first[index].isa)) return widest_first[index].name;
  return "other";
}

int pdn_channel_block(void) { return has_instructions(dnnl_cpu_isa_avx512_core) ? 16 : 8; }

bool pdn_has_bf16(void) { return has_instructions(dnnl_cpu_isa_avx512_core_bf16); }

bool pdn_has_amx(void) { return has_instructions(dnnl_cpu_isa_avx512_core_amx); }
