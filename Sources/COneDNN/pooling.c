#include "internal.h"

pdn_kernel *pdn_pooling_create(
    const pdn_pooling *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination) {
  pdn_apply_thread_count();
  dnnl_alg_kind_t algorithm = shape->kind == PDN_MAXIMUM ? dnnl_pooling_max
      : shape->kind == PDN_AVERAGE                       ? dnnl_pooling_avg_exclude_padding
                                                         : dnnl_pooling_avg_include_padding;
  dnnl_dims_t strides = {shape->stride_height, shape->stride_width};
  dnnl_dims_t kernel = {shape->kernel_height, shape->kernel_width};
  dnnl_dims_t low = {shape->padding_top, shape->padding_left};
  dnnl_dims_t high = {shape->padding_bottom, shape->padding_right};
  dnnl_pooling_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status = dnnl_pooling_forward_desc_init(
      &operation, kind, algorithm, &source->description, &destination->description, strides, kernel, low, high);
  if (status != dnnl_success) return pdn_fail("a pooling", status);
  if (direction != PDN_BACKWARD_DATA)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "a pooling");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("a pooling", status);
  status = dnnl_pooling_backward_desc_init(
      &operation, algorithm, &source->description, &destination->description, strides, kernel, low, high);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "a pooling's gradient");
  else
    pdn_fail("a pooling's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}
