#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(void **memory, size_t *capacity, size_t count, size_t size) {
  if (count <= *capacity) return true;
  size_t wanted = count > 2 * *capacity ? count : 2 * *capacity;
  void *larger = realloc(*memory, wanted * size);
  if (larger == NULL) return false;
  *memory = larger;
  *capacity = wanted;
  return true;
}

// Neighbouring samples share cells, so the last few taps of the bin are the ones to look through.
static void add_tap(prp_tap *taps, size_t *count, size_t first, int cell, float weight) {
  if (weight == 0) return;
  for (size_t back = 1; back <= 3 && *count >= first + back; back++) {
    if (taps[*count - back].cell != cell) continue;
    taps[*count - back].weight += weight;
    return;
  }
  taps[(*count)++] = (prp_tap){cell, weight};
}

// Float arithmetic and its order are torchvision's, so that samples fall into the same cells.
static bool add_axis(
    prp_plans *plans, const prp_settings *settings, float start, float end, int extent, size_t first_tap, int *ends) {
  float shift = settings->method == PRP_ALIGN ? 0.5f : 0.0f;
  start -= shift;
  end -= shift;
  float length = end - start;
  if (settings->method == PRP_LEGACY_ALIGN && length < 1) length = 1;
  float bin = length / (float)settings->output_size;
  long grid = settings->sampling_ratio > 0 ? settings->sampling_ratio : (long)ceilf(bin);
  for (int index = 0; index < settings->output_size; index++) {
    float origin = start + (float)index * bin;
    long first = 0, last = grid;
    if (settings->sampling_ratio == 0 && grid > 64) {
      // Skips what lies far outside of the map.
      double step = (double)bin / (double)grid;
      double below = floor((-1.0 - (double)origin) / step) - 8, above = ceil(((double)extent - origin) / step) + 8;
      if (below > (double)first) first = below < (double)grid ? (long)below : grid;
      if (above < (double)last) last = above > 0 ? (long)above : 0;
    }
    size_t bin_taps = plans->tap_count;
    for (long sample = first; sample < last; sample++) {
      float place = origin + ((float)sample + 0.5f) * bin / (float)grid;
      if (place < -1.0f || place > (float)extent) continue;
      if (place <= 0) place = 0;
      int low = (int)place, high = low + 1;
      if (low >= extent - 1) {
        low = high = extent - 1;
        place = (float)low;
      }
      if (!reserve((void **)&plans->taps, &plans->tap_capacity, plans->tap_count + 2, sizeof(prp_tap))) return false;
      float share = place - (float)low;
      add_tap(plans->taps, &plans->tap_count, bin_taps, low, (1.0f - share) / (float)grid);
      add_tap(plans->taps, &plans->tap_count, bin_taps, high, share / (float)grid);
    }
    ends[index] = (int)(plans->tap_count - first_tap);
  }
  return true;
}

// Lists the columns that taps from `first` on touch, and makes the taps count within the list.
static bool gather_columns(prp_plans *plans, prp_plan *plan, size_t first, int *places) {
  size_t most = plans->column_count + plans->tap_count - first;
  if (!reserve((void **)&plans->columns, &plans->column_capacity, most, sizeof(int))) return false;
  for (size_t index = first; index < plans->tap_count; index++) {
    int column = plans->taps[index].cell;
    if (places[column] < 0) {
      places[column] = plan->column_count++;
      plans->columns[plans->column_count++] = column;
    }
    plans->taps[index].cell = places[column];
  }
  const int *columns = plans->columns + plan->first_column;
  for (int index = 0; index < plan->column_count; index++) places[columns[index]] = -1;
  if (plan->column_count > plans->most_columns) plans->most_columns = plan->column_count;
  return true;
}

static int clamped(long value, int extent) { return value < 0 ? 0 : value > extent ? extent : (int)value; }

static void set_ranges(int size, float start, float end, int extent, int *ranges) {
  long first = (long)roundf(start), last = (long)roundf(end);
  long length = last - first + 1 > 1 ? last - first + 1 : 1;
  float bin = (float)length / (float)size;
  for (int index = 0; index < size; index++) {
    ranges[2 * index] = clamped((long)floorf((float)index * bin) + first, extent);
    ranges[2 * index + 1] = clamped((long)ceilf((float)(index + 1) * bin) + first, extent);
  }
}

// From 2^24 on, floats cannot tell neighbouring cells apart; such corners are as good as infinite.
static bool is_usable(const prp_region *region) {
  const float limit = 16777216.0f;
  return fabsf(region->x1) < limit && fabsf(region->y1) < limit && fabsf(region->x2) < limit
      && fabsf(region->y2) < limit;
}

static bool add_plan(
    prp_plans *plans, prp_plan *plan, const prp_settings *settings, const prp_map *map, const prp_region *region,
    int *places) {
  int size = settings->output_size;
  int *ends = plans->ends + plan->first_end;
  if (!is_usable(region)) return true;
  if (settings->method == PRP_MAXIMUM) {
    set_ranges(size, region->y1, region->y2, map->height, ends);
    set_ranges(size, region->x1, region->x2, map->width, ends + 2 * size);
    return true;
  }
  if (!add_axis(plans, settings, region->y1, region->y2, map->height, plan->first_tap, ends)) return false;
  size_t columns = plans->tap_count;
  return add_axis(plans, settings, region->x1, region->x2, map->width, plan->first_tap, ends + size)
      && gather_columns(plans, plan, columns, places);
}

bool prp_make_plans(
    prp_plans *plans, const prp_settings *settings, const prp_map *maps, int map_count, const prp_region *regions,
    int region_count) {
  memset(plans, 0, sizeof *plans);
  int widest = 1;
  for (int map = 0; map < map_count; map++)
    if (maps[map].width > widest) widest = maps[map].width;
  size_t ends = (settings->method == PRP_MAXIMUM ? 4 : 2) * (size_t)settings->output_size;
  int *places = malloc((size_t)widest * sizeof(int));
  plans->plans = calloc((size_t)region_count + 1, sizeof(prp_plan));
  plans->ends = calloc(ends * (size_t)region_count + 1, sizeof(int));
  bool done = places != NULL && plans->plans != NULL && plans->ends != NULL;
  for (int column = 0; done && column < widest; column++) places[column] = -1;
  for (int index = 0; done && index < region_count; index++) {
    const prp_region *region = regions + index;
    prp_plan *plan = plans->plans + index;
    *plan = (prp_plan){region->image, region->map, plans->tap_count, ends * (size_t)index, plans->column_count, 0};
    done = add_plan(plans, plan, settings, maps + region->map, region, places);
  }
  free(places);
  if (!done) prp_free_plans(plans);
  return done;
}

void prp_free_plans(prp_plans *plans) {
  free(plans->plans);
  free(plans->taps);
  free(plans->ends);
  free(plans->columns);
}
