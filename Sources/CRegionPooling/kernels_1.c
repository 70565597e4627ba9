// Blocks that vectors do not divide.
#define LANES 1
#define TARGET
#define NAME(x) x##_1
#include "kernels.h"
