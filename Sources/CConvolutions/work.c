#include "internal.h"

#include "CKernelRuntime.h"

const pbk_kernels *pbk_kernels_for(int block) {
#if defined(__x86_64__)
  if (block == 16 && pkr_has_avx512()) return &pbk_kernels_avx512;
  if (block == 8 && pkr_has_avx2()) return &pbk_kernels_avx2;
#endif
  return block == 16 ? &pbk_kernels_16 : &pbk_kernels_8;
}

typedef struct {
  const pbk_work *work;
  pbk_item *run;
} loop;

static void run_item(void *context, int item, int thread) {
  const loop *items = context;
  items->run(items->work, item, thread);
}

void pbk_parallel_for(const pbk_work *work, int item_count, int threads, pbk_item *run) {
  loop items = {work, run};
  pkr_parallel_for(item_count, threads, run_item, &items);
}

static void multiply_and_add(const pbk_work *work, int item, int thread) {
  (void)item, (void)thread;
  float sums[PEAK_CHAINS * 16] = {0};
  work->kernels->multiply_and_add(sums, *(const int *)work->operation);
  *(volatile float *)sums = sums[1];
}

double pbk_multiply_and_add(int block, int threads, int rounds) {
  pbk_work work = {.kernels = pbk_kernels_for(block), .operation = &rounds};
  pbk_parallel_for(&work, threads, threads, multiply_and_add);
  return 2.0 * PEAK_CHAINS * work.kernels->lanes * rounds * threads;
}
