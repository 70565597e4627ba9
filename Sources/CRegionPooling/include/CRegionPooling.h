// Pooling of regions out of feature maps: the one loop of the two-stage detector that no library does.
#ifndef C_REGION_POOLING_H
#define C_REGION_POOLING_H

#include <stdbool.h>

typedef enum {
  PRP_ALIGN,         // bilinear samples, shifted by half a cell
  PRP_LEGACY_ALIGN,  // not shifted, a region at least one cell wide and high
  PRP_MAXIMUM        // the largest cell of every bin
} prp_method;

// images × blocks × height × width × block
typedef struct {
  float *values;
  int images, blocks, height, width;
} prp_map;

// Corners in cells of the map, before any shift.
typedef struct {
  float x1, y1, x2, y2;
  int image, map;
} prp_region;

typedef struct {
  prp_method method;
  int output_size;
  int sampling_ratio;  // samples per bin and axis; 0 takes as many as the bin has cells
  int block;           // channels per block, of maps and results alike
  int thread_count;
} prp_settings;

// All maps have as many images and blocks as the first. `result` is regions × blocks × size × size × block.
// Returns false when memory runs out, with nothing written.
bool prp_pool(
    const prp_settings *settings, const prp_map *maps, int map_count, const prp_region *regions, int region_count,
    float *result);

// Adds to `gradients` what the regions' gradient says of the maps. `values` has the maps themselves; only
// PRP_MAXIMUM reads it.
bool prp_pool_backward(
    const prp_settings *settings, const prp_map *gradients, const prp_map *values, int map_count,
    const prp_region *regions, int region_count, const float *result_gradient);

#endif
