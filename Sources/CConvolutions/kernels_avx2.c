#if defined(__x86_64__)
#define LANES 8
#define MOST_ROWS 6
#define MOST_DEPTHWISE_ROWS 3
#define UNROLL 8
#define FETCHES_STEADILY 0
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) x##_avx2
#include "kernels.h"
#endif
