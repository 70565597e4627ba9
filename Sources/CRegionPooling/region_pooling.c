#include "CRegionPooling.h"
