#define LANES 8
#define MOST_ROWS 6
#define UNROLL 8
#define TARGET
#define NAME(x) x##_8
#include "kernels.h"
