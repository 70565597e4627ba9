#include "internal.h"

#include <string.h>

pdn_kernel *pdn_inner_product_create(
    pdn_direction direction, const pdn_layout *source, const pdn_layout *destination, bool has_bias) {
  pkr_apply_thread_count();
  const_dnnl_memory_desc_t from = source->description, to = destination->description;
  dnnl_dims_t extents;
  int rank = pdn_rank(from);
  memcpy(extents, pdn_extents(from), (size_t)rank * sizeof *extents);
  extents[0] = pdn_extents(to)[1];
  bool backward = direction == PDN_BACKWARD_DATA || direction == PDN_BACKWARD_WEIGHTS;
  // Weights of what is multiplied with them, and gradients of weights in floats.
  dnnl_data_type_t type = direction == PDN_BACKWARD_WEIGHTS ? dnnl_f32
      : pdn_data_type(direction == PDN_BACKWARD_DATA ? to : from);
  dnnl_memory_desc_t weights = NULL, bias = NULL, hint_source = NULL, hint_weights = NULL;
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(&weights, rank, extents, type, dnnl_format_tag_any);
  if (status == dnnl_success && has_bias)
    status = dnnl_memory_desc_create_with_tag(&bias, 1, extents, dnnl_f32, dnnl_a);
  // The forward pass that a gradient belongs to is in one type throughout, whatever the gradient is written in.
  if (status == dnnl_success && backward)
    status = dnnl_memory_desc_create_with_tag(
        &hint_weights, rank, extents, pdn_data_type(to), dnnl_format_tag_any);
  if (status == dnnl_success && backward)
    status = dnnl_memory_desc_create_with_tag(
        &hint_source, rank, pdn_extents(from), pdn_data_type(to), dnnl_format_tag_any);
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor = NULL, hint = NULL;
  if (status == dnnl_success && !backward)
    status = dnnl_inner_product_forward_primitive_desc_create(
        &descriptor, pdn_engine(), pdn_forward_kind(direction), from, weights, bias, to, attributes);
  if (status == dnnl_success && backward)
    status = dnnl_inner_product_forward_primitive_desc_create(
        &hint, pdn_engine(), dnnl_forward_training, hint_source, hint_weights, bias, to, attributes);
  if (status == dnnl_success && direction == PDN_BACKWARD_DATA)
    status = dnnl_inner_product_backward_data_primitive_desc_create(
        &descriptor, pdn_engine(), from, weights, to, hint, attributes);
  if (status == dnnl_success && direction == PDN_BACKWARD_WEIGHTS)
    status = dnnl_inner_product_backward_weights_primitive_desc_create(
        &descriptor, pdn_engine(), from, weights, bias, to, hint, attributes);
  dnnl_memory_desc_destroy(weights);
  dnnl_memory_desc_destroy(bias);
  dnnl_memory_desc_destroy(hint_weights);
  dnnl_memory_desc_destroy(hint_source);
  return pdn_kernel_create(
      status, descriptor, hint, attributes, backward ? "an inner product's gradient" : "an inner product");
}
