#include "internal.h"

pdn_kernel *pdn_inner_product_create(
    pdn_direction direction, const pdn_layout *source, const pdn_layout *destination, bool has_bias) {
  pdn_apply_thread_count();
  dnnl_dims_t extents;
  int rank = source->description.ndims;
  for (int axis = 0; axis < rank; axis++) extents[axis] = source->description.dims[axis];
  extents[0] = destination->description.dims[1];
  dnnl_memory_desc_t weights, bias;
  dnnl_memory_desc_init_by_tag(&weights, rank, extents, dnnl_f32, dnnl_format_tag_any);
  dnnl_memory_desc_init_by_tag(&bias, 1, extents, dnnl_f32, dnnl_a);
  const dnnl_memory_desc_t *bias_or_null = has_bias ? &bias : NULL;

  dnnl_inner_product_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status = dnnl_inner_product_forward_desc_init(
      &operation, kind, &source->description, &weights, bias_or_null, &destination->description);
  if (status != dnnl_success) return pdn_fail("an inner product", status);
  if (direction == PDN_INFERENCE || direction == PDN_FORWARD)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "an inner product");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("an inner product", status);
  status = direction == PDN_BACKWARD_DATA
      ? dnnl_inner_product_backward_data_desc_init(
            &operation, &source->description, &weights, &destination->description)
      : dnnl_inner_product_backward_weights_desc_init(
            &operation, &source->description, &weights, bias_or_null, &destination->description);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "an inner product's gradient");
  else
    pdn_fail("an inner product's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}
