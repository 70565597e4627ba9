#define _GNU_SOURCE
#include "CKernelRuntime.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

// libgomp's, which Debian's oneDNN runs on; the Swift toolchain has no omp.h.
extern void omp_set_num_threads(int count);
extern int omp_get_max_threads(void);
extern int omp_get_thread_num(void);
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned thread_count, unsigned flags);

static atomic_int requested_thread_count = 0;
// What the calling thread has told OpenMP, and what OpenMP had chosen before; 0 where it has told nothing yet.
static _Thread_local int applied_thread_count = 0;
static _Thread_local int usual_thread_count = 0;
// The calling thread's own number; 0 where it has none.
static _Thread_local int own_thread_count = 0;
// The first of its own processors; -1 where it has none.
static _Thread_local int own_first_processor = -1;

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
  bool has_own = own_first_processor >= 0;
  bool has_processors = has_own ? own_first_processor + count <= available : count == available;
  if (count < 2 || !has_processors || getenv("OMP_PROC_BIND") != NULL) return;
  int first = has_own ? own_first_processor : 0;
  GOMP_parallel(bind_to_processor, &first, (unsigned)count, 0);
}

void pkr_set_thread_count(int count) { atomic_store(&requested_thread_count, count); }

static int wanted_thread_count(void) {
  return own_thread_count > 0 ? own_thread_count : atomic_load(&requested_thread_count);
}

int pkr_thread_count(void) {
  int count = wanted_thread_count();
  if (count > 0) return count;
  return usual_thread_count > 0 ? usual_thread_count : omp_get_max_threads();
}

void pkr_apply_thread_count(void) {
  int count = pkr_thread_count();
  if (usual_thread_count == 0) applied_thread_count = usual_thread_count = omp_get_max_threads();
  if (count != applied_thread_count) {
    omp_set_num_threads(count);
    applied_thread_count = count;
  }
  bind_threads();
}

int pkr_exchange_own_thread_count(int count) {
  int before = own_thread_count;
  own_thread_count = count;
  return before;
}

void pkr_unbind_this_thread(void) {
  pthread_once(&processors_once, read_processors);
  sched_setaffinity(0, sizeof processors, &processors);
}

void pkr_use_processors(int first, int count) {
  pkr_unbind_this_thread();
  own_first_processor = first;
  own_thread_count = count;
  bound_thread_count = 0;
}

// ---- work -----------------------------------------------------------------------------------------------------

typedef struct {
  pkr_body *body;
  void *context;
  int item_count;
  atomic_int next;
} loop;

static void take_items(void *data) {
  loop *work = data;
  int thread = omp_get_thread_num(), item;
  while ((item = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed)) < work->item_count)
    work->body(work->context, item, thread);
}

void pkr_parallel_for(int item_count, int thread_count, pkr_body *body, void *context) {
  if (thread_count > item_count) thread_count = item_count;
  loop work = {body, context, item_count, 0};
  if (thread_count > 1)
    GOMP_parallel(take_items, &work, (unsigned)thread_count, 0);
  else
    for (int item = 0; item < item_count; item++) body(context, item, 0);
}

typedef struct {
  const unsigned char *memory;
  size_t byte_count, thread_count;
} bytes;

static void read_bytes(void *data) {
  const bytes *part = data;
  size_t count = part->byte_count / part->thread_count;
  const volatile unsigned char *start = part->memory + count * (size_t)omp_get_thread_num();
  for (size_t offset = 0; offset < count; offset += 64) (void)start[offset];
}

void pkr_read_ahead(const void *memory, size_t byte_count) {
  pkr_apply_thread_count();
  bytes work = {memory, byte_count, (size_t)omp_get_max_threads()};
  GOMP_parallel(read_bytes, &work, (unsigned)work.thread_count, 0);
}
