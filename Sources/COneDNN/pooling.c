#include "internal.h"

pdn_kernel *pdn_pooling_create(
    const pdn_pooling *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination) {
  pkr_apply_thread_count();
  dnnl_alg_kind_t algorithm = shape->kind == PDN_MAXIMUM ? dnnl_pooling_max
      : shape->kind == PDN_AVERAGE                       ? dnnl_pooling_avg_exclude_padding
                                                         : dnnl_pooling_avg_include_padding;
  dnnl_dims_t strides = {shape->stride_height, shape->stride_width};
  dnnl_dims_t kernel = {shape->kernel_height, shape->kernel_width};
  dnnl_dims_t dense = {0, 0};
  dnnl_dims_t low = {shape->padding_top, shape->padding_left};
  dnnl_dims_t high = {shape->padding_bottom, shape->padding_right};
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_status_t status = dnnl_pooling_forward_primitive_desc_create(
      &forward, pdn_engine(), pdn_forward_kind(direction), algorithm, source->description, destination->description,
      strides, kernel, dense, low, high, attributes);
  if (direction != PDN_BACKWARD_DATA) return pdn_kernel_create(status, forward, NULL, attributes, "a pooling");

  if (status == dnnl_success)
    status = dnnl_pooling_backward_primitive_desc_create(
        &backward, pdn_engine(), algorithm, source->description, destination->description, strides, kernel, dense, low,
        high, forward, attributes);
  return pdn_kernel_create(status, backward, forward, attributes, "a pooling's gradient");
}
