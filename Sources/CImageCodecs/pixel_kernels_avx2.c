#if defined(__x86_64__)
#define WIDE
#define TARGET __attribute__((target("avx2")))
#define NAME(x) x##_avx2
#include "pixel_kernels.h"
#endif
