#define TARGET
#define NAME(x) x##_baseline
#include "pixel_kernels.h"
