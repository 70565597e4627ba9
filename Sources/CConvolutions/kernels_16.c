#define LANES 16
#define MOST_ROWS 6
#define MOST_DEPTHWISE_ROWS 3
#define UNROLL 8
#define FETCHES_STEADILY 1
#define TARGET
#define NAME(x) x##_16
#include "kernels.h"
