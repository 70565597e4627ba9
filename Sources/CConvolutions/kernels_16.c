#define LANES 16
#define MOST_ROWS 6
#define UNROLL 8
#define TARGET
#define NAME(x) x##_16
#include "kernels.h"
