#ifndef REGION_POOLING_INTERNAL_H
#define REGION_POOLING_INTERNAL_H

#include "CRegionPooling.h"

#include <stddef.h>

// A cell along one axis, and its share in a bin.
typedef struct {
  int cell;
  float weight;
} prp_tap;

// Where a region's bins lie; the same for all of its channels. Bilinear samples on a grid are separable: the weight
// of a cell is that of its row times that of its column.
typedef struct {
  int image, map;
  size_t first_tap;     // taps of bin row 0, row 1, ..., then of bin column 0, 1, ...
  size_t first_end;     // 2 × output_size ends of the bins' taps, counted from first_tap
  size_t first_column;  // the map's columns that any bin touches; a column's taps count within these
  int column_count;
} prp_plan;

// PRP_MAXIMUM has no taps: its ends are first row, end row of every bin row, then the same of the columns.
typedef struct {
  prp_plan *plans;
  prp_tap *taps;
  int *ends;
  int *columns;
  size_t tap_count, tap_capacity;
  size_t column_count, column_capacity;
  int most_columns;
} prp_plans;

bool prp_make_plans(
    prp_plans *plans, const prp_settings *settings, const prp_map *maps, int map_count, const prp_region *regions,
    int region_count);
void prp_free_plans(prp_plans *plans);

// One piece of work: some regions, and `lanes` channels of a block from channel `lane` on.
typedef struct {
  const prp_settings *settings;
  const prp_map *maps;    // read by forward; gradients that backward adds to
  const prp_map *values;  // read by backward of PRP_MAXIMUM
  const prp_plans *plans;
  float *result;          // written by forward, read by backward
  float *line;            // scratch: most_columns × lanes
  int first_region, end_region;
  int image;              // backward: regions of this image only
  int block_index, lane;
} prp_piece;

typedef struct {
  int lanes;
  void (*align)(const prp_piece *);
  void (*align_backward)(const prp_piece *);
  void (*maximum)(const prp_piece *);
  void (*maximum_backward)(const prp_piece *);
} prp_kernels;

extern const prp_kernels prp_kernels_1, prp_kernels_8;
#if defined(__x86_64__)
extern const prp_kernels prp_kernels_avx2, prp_kernels_avx512;
#endif

#endif
