#include "internal.h"

pdn_kernel *pdn_resampling_create(
    pdn_direction direction, bool bilinear, const pdn_layout *source, const pdn_layout *destination) {
  pkr_apply_thread_count();
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_alg_kind_t algorithm = bilinear ? dnnl_resampling_linear : dnnl_resampling_nearest;
  dnnl_status_t status = dnnl_resampling_forward_primitive_desc_create(
      &forward, pdn_engine(), pdn_forward_kind(direction), algorithm, NULL, source->description,
      destination->description, attributes);
  if (direction != PDN_BACKWARD_DATA) return pdn_kernel_create(status, forward, NULL, attributes, "a resampling");

  if (status == dnnl_success)
    status = dnnl_resampling_backward_primitive_desc_create(
        &backward, pdn_engine(), algorithm, NULL, source->description, destination->description, forward, attributes);
  return pdn_kernel_create(status, backward, forward, attributes, "a resampling's gradient");
}

pdn_kernel *pdn_concatenation_create(int count, const pdn_layout *const *sources, const pdn_layout *destination) {
  pkr_apply_thread_count();
  if (count < 1 || count > PDN_MAXIMUM_ARGUMENTS - 2) return pdn_fail_with_message("a concatenation of too many");
  const_dnnl_memory_desc_t descriptions[PDN_MAXIMUM_ARGUMENTS];
  for (int index = 0; index < count; index++) descriptions[index] = sources[index]->description;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_concat_primitive_desc_create(
      &descriptor, pdn_engine(), destination->description, count, 1, descriptions, attributes);
  return pdn_kernel_create(status, descriptor, NULL, attributes, "a concatenation");
}

pdn_kernel *pdn_reorder_create(const pdn_layout *source, const pdn_layout *destination) {
  pkr_apply_thread_count();
  // Weights are packed outside of any arena, so the scratchpad stays oneDNN's.
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &descriptor, source->description, pdn_engine(), destination->description, pdn_engine(), NULL);
  return pdn_kernel_create(status, descriptor, NULL, NULL, "a change of layout");
}
