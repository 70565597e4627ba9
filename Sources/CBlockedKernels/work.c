#include "internal.h"

#include <stdatomic.h>

// libgomp's, which oneDNN runs on as well; the Swift toolchain has no omp.h.
extern int omp_get_thread_num(void);
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned thread_count, unsigned flags);

const pbk_kernels *pbk_kernels_for(int block) {
#if defined(__x86_64__)
  if (block == 16 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return &pbk_kernels_avx512;
  if (block == 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &pbk_kernels_avx2;
#endif
  return block == 16 ? &pbk_kernels_16 : &pbk_kernels_8;
}

typedef struct {
  const pbk_work *work;
  pbk_item *run;
  int item_count;
  atomic_int next;
} queue;

static void run_items(void *data) {
  queue *items = data;
  int thread = omp_get_thread_num(), item;
  while ((item = atomic_fetch_add_explicit(&items->next, 1, memory_order_relaxed)) < items->item_count)
    items->run(items->work, item, thread);
}

void pbk_share(const pbk_work *work, int item_count, int threads, pbk_item *run) {
  if (threads > item_count) threads = item_count;
  queue items = {work, run, item_count, 0};
  if (threads > 1)
    GOMP_parallel(run_items, &items, (unsigned)threads, 0);
  else
    for (int item = 0; item < item_count; item++) run(work, item, 0);
}

static void multiply_and_add(const pbk_work *work, int item, int thread) {
  (void)item, (void)thread;
  float sums[PEAK_CHAINS * 16] = {0};
  work->kernels->multiply_and_add(sums, *(const int *)work->operation);
  *(volatile float *)sums = sums[1];
}

double pbk_multiply_and_add(int block, int threads, int rounds) {
  pbk_work work = {.kernels = pbk_kernels_for(block), .operation = &rounds};
  pbk_share(&work, threads, threads, multiply_and_add);
  return 2.0 * PEAK_CHAINS * work.kernels->lanes * rounds * threads;
}
