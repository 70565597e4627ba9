#if defined(__x86_64__)
#define LANES 16
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#define NAME(x) x##_avx512
#include "kernels.h"
#endif
