#define LANES 8
#define TARGET
#define NAME(x) x##_8
#include "kernels.h"
