// Pooling of regions out of feature maps: the one loop of the two-stage detector that no library does.
#ifndef C_REGION_POOLING_H
#define C_REGION_POOLING_H
#endif
