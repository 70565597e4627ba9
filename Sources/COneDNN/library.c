#define _GNU_SOURCE
#include "internal.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// libgomp's, which Debian's oneDNN runs on; the Swift toolchain has no omp.h.
extern void omp_set_num_threads(int count);
extern int omp_get_max_threads(void);
extern int omp_get_thread_num(void);
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned thread_count, unsigned flags);

static _Thread_local char last_error[256] = "no error";
static _Thread_local int applied_thread_count = 0;
static _Thread_local int team_thread_count = 0;
static _Thread_local int team_first_processor = 0;
static atomic_int requested_thread_count = 0;

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
  return NULL;
}

void *pdn_fail_with_message(const char *what) {
  snprintf(last_error, sizeof last_error, "%s", what);
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

void pdn_set_thread_count(int count) { atomic_store(&requested_thread_count, count); }

// ---- threads ----------------------------------------------------------------------------------------------

static pthread_once_t processors_once = PTHREAD_ONCE_INIT;
static cpu_set_t processors;
static _Thread_local int bound_thread_count = 0;

static void read_processors(void) {
  CPU_ZERO(&processors);
  sched_getaffinity(0, sizeof processors, &processors);
}

static void bind_to_processor(void *first_processor) {
  int wanted = *(const int *)first_processor + omp_get_thread_num();
  for (int index = 0; index < CPU_SETSIZE; index++) {
    if (!CPU_ISSET(index, &processors) || wanted-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(index, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

// Kernels wait for each other at the end of every layer, so two of their threads on one processor cost many times
// what they should, and the system's scheduler leaves them there when the other processors are busy. Bound only
// where there is a processor for each thread, and where the user has not decided otherwise.
static void bind_threads(void) {
  int count = omp_get_max_threads();
  if (count == bound_thread_count) return;
  bound_thread_count = count;
  pthread_once(&processors_once, read_processors);
  int available = CPU_COUNT(&processors);
  bool has_processors = team_thread_count > 0 ? team_first_processor + count <= available : count == available;
  if (count < 2 || !has_processors || getenv("OMP_PROC_BIND") != NULL) return;
  int first = team_first_processor;
  GOMP_parallel(bind_to_processor, &first, (unsigned)count, 0);
}

void pdn_unbind_this_thread(void) {
  pthread_once(&processors_once, read_processors);
  sched_setaffinity(0, sizeof processors, &processors);
}

void pdn_set_team_of_this_thread(int first_processor, int thread_count) {
  pdn_unbind_this_thread();
  team_first_processor = first_processor;
  team_thread_count = thread_count;
  bound_thread_count = 0;
}

typedef struct {
  const unsigned char *memory;
  size_t byte_count;
  size_t thread_count;
} memory_to_read;

static void read_part(void *data) {
  const memory_to_read *work = data;
  size_t part = work->byte_count / work->thread_count;
  const volatile unsigned char *start = work->memory + part * (size_t)omp_get_thread_num();
  for (size_t offset = 0; offset < part; offset += 64) (void)start[offset];
}

void pdn_read_ahead(const void *memory, size_t byte_count) {
  pdn_apply_thread_count();
  memory_to_read work = {memory, byte_count, (size_t)omp_get_max_threads()};
  GOMP_parallel(read_part, &work, (unsigned)work.thread_count, 0);
}

// OpenMP keeps the number per calling thread, so every thread that creates or runs kernels must hear of it.
void pdn_apply_thread_count(void) {
  int count = team_thread_count > 0 ? team_thread_count : atomic_load(&requested_thread_count);
  if (count > 0 && count != applied_thread_count) {
    omp_set_num_threads(count);
    applied_thread_count = count;
  }
  bind_threads();
}

int pdn_thread_count(void) {
  int count = team_thread_count > 0 ? team_thread_count : atomic_load(&requested_thread_count);
  return count > 0 ? count : omp_get_max_threads();
}
