#define LANES 8
#define MOST_ROWS 6
#define MOST_DEPTHWISE_ROWS 3
#define UNROLL 8
#define FETCHES_STEADILY 0
#define TARGET
#define NAME(x) x##_8
#include "kernels.h"
