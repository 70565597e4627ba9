#include "internal.h"

static void resize_map(const pbk_work *work, int map, int thread) {
  (void)thread;
  const pbk_resizing *resizing = work->operation;
  const size_t block = (size_t)resizing->block;
  const size_t input = (size_t)resizing->input_height * (size_t)resizing->input_width * block;
  const size_t output = (size_t)resizing->output_height * (size_t)resizing->output_width * block;
  work->kernels->resize_gradient(
      resizing, work->source + (size_t)map * output, work->destination + (size_t)map * input);
}

void pbk_resize_gradient(const pbk_resizing *resizing, const float *destination_gradient, float *source_gradient) {
  pbk_work work = {
      .kernels = pbk_kernels_for(resizing->block), .operation = resizing, .source = destination_gradient,
      .destination = source_gradient};
  pbk_parallel_for(&work, resizing->maps, resizing->threads, resize_map);
}
