// The loops, compiled once for every width of vectors: LANES channels at a time, NAME(x) as names, TARGET as the
// instructions that may be used.
#include "internal.h"

#include <float.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int marks __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

// Cell 0 of the piece's channels in a map.
static inline TARGET float *NAME(start)(const prp_piece *piece, const prp_map *map, int image) {
  size_t plane = (size_t)map->height * map->width * piece->settings->block;
  return map->values + ((size_t)image * map->blocks + piece->block_index) * plane + piece->lane;
}

// Bin 0 of the piece's channels in the result.
static inline TARGET float *NAME(bins)(const prp_piece *piece, int region) {
  size_t plane = (size_t)piece->settings->output_size * piece->settings->output_size * piece->settings->block;
  return piece->result + ((size_t)region * piece->maps->blocks + piece->block_index) * plane + piece->lane;
}

// line[i] = Σ rows weight × map[row][columns[i]]
static inline __attribute__((always_inline)) TARGET void NAME(sum_rows)(
    lanes *line, const int *columns, int column_count, const float *map, size_t width, size_t stride,
    const prp_tap *rows, int row_count) {
  for (int index = 0; index < column_count; index++) {
    const float *cell = map + (size_t)columns[index] * stride;
    lanes sum = rows[0].weight * *(const lanes *)(cell + (size_t)rows[0].cell * width * stride);
    for (int row = 1; row < row_count; row++)
      sum += rows[row].weight * *(const lanes *)(cell + (size_t)rows[row].cell * width * stride);
    line[index] = sum;
  }
}

static TARGET void NAME(align)(const prp_piece *piece) {
  int size = piece->settings->output_size;
  size_t stride = (size_t)piece->settings->block;
  lanes *line = (lanes *)piece->line;
  for (int region = piece->first_region; region < piece->end_region; region++) {
    const prp_plan *plan = piece->plans->plans + region;
    const prp_map *map = piece->maps + plan->map;
    const float *values = NAME(start)(piece, map, plan->image);
    const prp_tap *taps = piece->plans->taps + plan->first_tap;
    const int *ends = piece->plans->ends + plan->first_end;
    const int *columns = piece->plans->columns + plan->first_column;
    float *bins = NAME(bins)(piece, region);
    for (int bin_row = 0, first = 0; bin_row < size; first = ends[bin_row++]) {
      int count = ends[bin_row] - first, width = map->width, column_count = plan->column_count;
      const prp_tap *rows = taps + first;
      switch (count) {
      case 0: memset(line, 0, (size_t)column_count * sizeof(lanes)); break;
      case 2: NAME(sum_rows)(line, columns, column_count, values, width, stride, rows, 2); break;
      case 3: NAME(sum_rows)(line, columns, column_count, values, width, stride, rows, 3); break;
      case 4: NAME(sum_rows)(line, columns, column_count, values, width, stride, rows, 4); break;
      default: NAME(sum_rows)(line, columns, column_count, values, width, stride, rows, count);
      }
      for (int bin = 0, tap = ends[size - 1]; bin < size; bin++) {
        lanes sum = {0};
        for (; tap < ends[size + bin]; tap++) sum += taps[tap].weight * line[taps[tap].cell];
        *(lanes *)bins = sum;
        bins += stride;
      }
    }
  }
}

// map[row][columns[i]] += weight × line[i]
static inline __attribute__((always_inline)) TARGET void NAME(add_rows)(
    const lanes *line, const int *columns, int column_count, float *map, size_t width, size_t stride,
    const prp_tap *rows, int row_count) {
  for (int index = 0; index < column_count; index++) {
    float *cell = map + (size_t)columns[index] * stride;
    lanes share = line[index];
    for (int row = 0; row < row_count; row++)
      *(lanes *)(cell + (size_t)rows[row].cell * width * stride) += rows[row].weight * share;
  }
}

static TARGET void NAME(align_backward)(const prp_piece *piece) {
  int size = piece->settings->output_size;
  size_t stride = (size_t)piece->settings->block;
  lanes *line = (lanes *)piece->line;
  for (int region = piece->first_region; region < piece->end_region; region++) {
    const prp_plan *plan = piece->plans->plans + region;
    if (plan->image != piece->image || plan->column_count == 0) continue;
    const prp_map *map = piece->maps + plan->map;
    float *values = NAME(start)(piece, map, plan->image);
    const prp_tap *taps = piece->plans->taps + plan->first_tap;
    const int *ends = piece->plans->ends + plan->first_end;
    const int *columns = piece->plans->columns + plan->first_column;
    const float *bins = NAME(bins)(piece, region);
    for (int bin_row = 0, first = 0; bin_row < size; first = ends[bin_row++], bins += size * stride) {
      int count = ends[bin_row] - first, width = map->width, column_count = plan->column_count;
      if (count == 0) continue;
      memset(line, 0, (size_t)column_count * sizeof(lanes));
      for (int bin = 0, tap = ends[size - 1]; bin < size; bin++) {
        lanes share = *(const lanes *)(bins + (size_t)bin * stride);
        for (; tap < ends[size + bin]; tap++) line[taps[tap].cell] += taps[tap].weight * share;
      }
      const prp_tap *rows = taps + first;
      switch (count) {
      case 2: NAME(add_rows)(line, columns, column_count, values, width, stride, rows, 2); break;
      case 3: NAME(add_rows)(line, columns, column_count, values, width, stride, rows, 3); break;
      case 4: NAME(add_rows)(line, columns, column_count, values, width, stride, rows, 4); break;
      default: NAME(add_rows)(line, columns, column_count, values, width, stride, rows, count);
      }
    }
  }
}

// The largest value of a bin and, lane by lane, the cell that holds it first, or -1.
static inline TARGET void NAME(largest)(
    const float *values, const int *rows, const int *columns, int width, size_t stride, lanes *largest, marks *place) {
  *largest = (lanes){0} - FLT_MAX;
  *place = (marks){0} - 1;
  for (int row = rows[0]; row < rows[1]; row++)
    for (int column = columns[0]; column < columns[1]; column++) {
      int cell = row * width + column;
      lanes value = *(const lanes *)(values + (size_t)cell * stride);
      marks above = value > *largest;
      *largest = (lanes)(((marks)value & above) | ((marks)*largest & ~above));
      *place = (cell & above) | (*place & ~above);
    }
}

static TARGET void NAME(maximum)(const prp_piece *piece) {
  int size = piece->settings->output_size;
  size_t stride = (size_t)piece->settings->block;
  for (int region = piece->first_region; region < piece->end_region; region++) {
    const prp_plan *plan = piece->plans->plans + region;
    const prp_map *map = piece->maps + plan->map;
    const float *values = NAME(start)(piece, map, plan->image);
    const int *rows = piece->plans->ends + plan->first_end, *columns = rows + 2 * size;
    float *bins = NAME(bins)(piece, region);
    for (int bin = 0; bin < size * size; bin++) {
      const int *height = rows + 2 * (bin / size), *width = columns + 2 * (bin % size);
      lanes largest;
      marks place;
      NAME(largest)(values, height, width, map->width, stride, &largest, &place);
      if (height[1] <= height[0] || width[1] <= width[0]) largest = (lanes){0};
      *(lanes *)(bins + (size_t)bin * stride) = largest;
    }
  }
}

static TARGET void NAME(maximum_backward)(const prp_piece *piece) {
  int size = piece->settings->output_size;
  size_t stride = (size_t)piece->settings->block;
  for (int region = piece->first_region; region < piece->end_region; region++) {
    const prp_plan *plan = piece->plans->plans + region;
    if (plan->image != piece->image) continue;
    const prp_map *map = piece->values + plan->map;
    const float *values = NAME(start)(piece, map, plan->image);
    float *gradient = NAME(start)(piece, piece->maps + plan->map, plan->image);
    const int *rows = piece->plans->ends + plan->first_end, *columns = rows + 2 * size;
    const float *bins = NAME(bins)(piece, region);
    for (int bin = 0; bin < size * size; bin++) {
      lanes largest;
      marks place;
      NAME(largest)(
          values, rows + 2 * (bin / size), columns + 2 * (bin % size), map->width, stride, &largest, &place);
      for (int lane = 0; lane < LANES; lane++)
        if (place[lane] >= 0) gradient[(size_t)place[lane] * stride + lane] += bins[(size_t)bin * stride + lane];
    }
  }
}

const prp_kernels NAME(prp_kernels) = {
    LANES, NAME(align), NAME(align_backward), NAME(maximum), NAME(maximum_backward)};
