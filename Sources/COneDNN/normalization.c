#include "internal.h"

pdn_kernel *pdn_batch_normalization_create(
    pdn_direction direction, const pdn_layout *source, float epsilon, bool relu) {
  pkr_apply_thread_count();
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (relu) flags |= dnnl_fuse_norm_relu;
  if (direction == PDN_INFERENCE) flags |= dnnl_use_global_stats;
  const_dnnl_memory_desc_t map = source->description;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_status_t status = dnnl_batch_normalization_forward_primitive_desc_create(
      &forward, pdn_engine(), pdn_forward_kind(direction), map, map, epsilon, flags, attributes);
  if (direction == PDN_INFERENCE || direction == PDN_FORWARD)
    return pdn_kernel_create(status, forward, NULL, attributes, "a batch normalisation");

  if (status == dnnl_success)
    status = dnnl_batch_normalization_backward_primitive_desc_create(
        &backward, pdn_engine(), dnnl_backward, map, map, map, epsilon, flags, forward, attributes);
  return pdn_kernel_create(status, backward, forward, attributes, "a batch normalisation's gradient");
}
