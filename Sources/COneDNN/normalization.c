#include "internal.h"

pdn_kernel *pdn_batch_normalization_create(
    pdn_direction direction, const pdn_layout *source, float epsilon, bool relu) {
  pdn_apply_thread_count();
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (relu) flags |= dnnl_fuse_norm_relu;
  if (direction == PDN_INFERENCE) flags |= dnnl_use_global_stats;
  dnnl_batch_normalization_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status =
      dnnl_batch_normalization_forward_desc_init(&operation, kind, &source->description, epsilon, flags);
  if (status != dnnl_success) return pdn_fail("a batch normalisation", status);
  if (direction == PDN_INFERENCE || direction == PDN_FORWARD)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "a batch normalisation");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("a batch normalisation", status);
  status = dnnl_batch_normalization_backward_desc_init(
      &operation, dnnl_backward, &source->description, &source->description, epsilon, flags);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "a batch normalisation's gradient");
  else
    pdn_fail("a batch normalisation's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}
