#include "internal.h"

#include "CKernelRuntime.h"

#include <stdlib.h>

static const prp_kernels *kernels_for(int block) {
#if defined(__x86_64__)
  if (block % 16 == 0 && pkr_has_avx512()) return &prp_kernels_avx512;
  if (block % 8 == 0 && pkr_has_avx2()) return &prp_kernels_avx2;
#endif
  return block % 8 == 0 ? &prp_kernels_8 : &prp_kernels_1;
}

typedef struct {
  prp_piece piece;
  const prp_kernels *kernels;
  void (*kernel)(const prp_piece *);
  int groups;       // of channels, `lanes` in each
  int parts;        // of the regions (forward) or images (backward)
  int part_length;  // regions in a part; 0: a part is an image
  int region_count;
  size_t line_length;
  float *lines;
} pooling;

// Pieces write to places of their own and each goes through its regions in order, so that neither the threads nor their
// number show in the result.
static void run_piece(void *context, int index, int thread) {
  const pooling *work = context;
  prp_piece piece = work->piece;
  piece.line = work->lines + work->line_length * (size_t)thread;
  int groups_per_block = piece.settings->block / work->kernels->lanes;
  int group = index / work->parts, part = index % work->parts;
  piece.block_index = group / groups_per_block;
  piece.lane = group % groups_per_block * work->kernels->lanes;
  piece.image = part;
  piece.first_region = part * work->part_length;
  piece.end_region = piece.first_region + work->part_length;
  if (work->part_length == 0 || piece.end_region > work->region_count) piece.end_region = work->region_count;
  work->kernel(&piece);
}

static bool run(pooling *work, const prp_plans *plans) {
  const prp_settings *settings = work->piece.settings;
  work->groups = work->piece.maps->blocks * (settings->block / work->kernels->lanes);
  int thread_count = settings->thread_count > 0 ? settings->thread_count : 1;
  if (thread_count > work->groups * work->parts) thread_count = work->groups * work->parts;
  // Lines of different threads stay on cache lines of their own.
  work->line_length = ((size_t)plans->most_columns * work->kernels->lanes + 15) / 16 * 16 + 16;
  work->lines = aligned_alloc(64, work->line_length * (size_t)thread_count * sizeof(float));
  if (work->lines == NULL) return false;
  work->piece.plans = plans;
  pkr_parallel_for(work->groups * work->parts, thread_count, run_piece, work);
  free(work->lines);
  return true;
}

bool prp_pool(
    const prp_settings *settings, const prp_map *maps, int map_count, const prp_region *regions, int region_count,
    float *result) {
  if (region_count == 0 || maps->blocks == 0) return true;
  prp_plans plans;
  if (!prp_make_plans(&plans, settings, maps, map_count, regions, region_count)) return false;
  const prp_kernels *kernels = kernels_for(settings->block);
  pooling work = {.kernels = kernels, .region_count = region_count, .part_length = 128};
  work.piece = (prp_piece){.settings = settings, .maps = maps, .result = result};
  work.kernel = settings->method == PRP_MAXIMUM ? kernels->maximum : kernels->align;
  work.parts = (region_count + work.part_length - 1) / work.part_length;
  bool done = run(&work, &plans);
  prp_free_plans(&plans);
  return done;
}

bool prp_pool_backward(
    const prp_settings *settings, const prp_map *gradients, const prp_map *values, int map_count,
    const prp_region *regions, int region_count, const float *result_gradient) {
  if (region_count == 0 || gradients->blocks == 0 || gradients->images == 0) return true;
  prp_plans plans;
  if (!prp_make_plans(&plans, settings, gradients, map_count, regions, region_count)) return false;
  const prp_kernels *kernels = kernels_for(settings->block);
  pooling work = {.kernels = kernels, .region_count = region_count, .parts = gradients->images};
  work.piece = (prp_piece){
      .settings = settings, .maps = gradients, .values = values, .result = (float *)result_gradient};
  work.kernel = settings->method == PRP_MAXIMUM ? kernels->maximum_backward : kernels->align_backward;
  bool done = run(&work, &plans);
  prp_free_plans(&plans);
  return done;
}
