#if defined(__x86_64__)
#define LANES 16
#define MOST_ROWS 12
#define MOST_DEPTHWISE_ROWS 5
#define UNROLL 4
#define FETCHES_STEADILY 1
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define NAME(x) x##_avx512
#include "kernels.h"
#endif
