#include "internal.h"

pdn_kernel *pdn_upsampling_create(
    pdn_direction direction, const pdn_layout *source, const pdn_layout *destination) {
  pdn_apply_thread_count();
  dnnl_resampling_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status = dnnl_resampling_forward_desc_init(
      &operation, kind, dnnl_resampling_nearest, NULL, &source->description, &destination->description);
  if (status != dnnl_success) return pdn_fail("an upsampling", status);
  if (direction != PDN_BACKWARD_DATA)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "an upsampling");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("an upsampling", status);
  status = dnnl_resampling_backward_desc_init(
      &operation, dnnl_resampling_nearest, NULL, &source->description, &destination->description);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "an upsampling's gradient");
  else
    pdn_fail("an upsampling's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}

pdn_kernel *pdn_concatenation_create(int count, const pdn_layout *const *sources, const pdn_layout *destination) {
  pdn_apply_thread_count();
  if (count < 1 || count > PDN_MAXIMUM_ARGUMENTS - 2) return pdn_fail_with_message("a concatenation of too many");
  dnnl_memory_desc_t descriptions[PDN_MAXIMUM_ARGUMENTS];
  for (int index = 0; index < count; index++) descriptions[index] = sources[index]->description;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_concat_primitive_desc_create(
      &descriptor, &destination->description, count, 1, descriptions, attributes, pdn_engine());
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return pdn_fail("a concatenation", status);
  return pdn_kernel_from_descriptor(descriptor, "a concatenation");
}

pdn_kernel *pdn_reorder_create(const pdn_layout *source, const pdn_layout *destination) {
  pdn_apply_thread_count();
  // Weights are packed outside of any arena, so the scratchpad stays the library's.
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &descriptor, &source->description, pdn_engine(), &destination->description, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("a change of layout", status);
  return pdn_kernel_from_descriptor(descriptor, "a change of layout");
}
