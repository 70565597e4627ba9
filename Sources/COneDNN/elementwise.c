#include "internal.h"

pdn_kernel *pdn_activation_create(
    pdn_direction direction, pdn_activation activation, float alpha, float beta, const pdn_layout *source) {
  pkr_apply_thread_count();
  pdn_elementwise function = pdn_elementwise_for(activation, alpha, beta);
  // Backward passes read the destination where that is enough, see Activation.backwardOperand.
  if (activation == PDN_RELU) function.algorithm = dnnl_eltwise_relu_use_dst_for_bwd;
  if (activation == PDN_SIGMOID) function.algorithm = dnnl_eltwise_logistic_use_dst_for_bwd;
  if (activation == PDN_TANH) function.algorithm = dnnl_eltwise_tanh_use_dst_for_bwd;
  const_dnnl_memory_desc_t map = source->description;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_status_t status = dnnl_eltwise_forward_primitive_desc_create(
      &forward, pdn_engine(), pdn_forward_kind(direction), function.algorithm, map, map, function.alpha, function.beta,
      attributes);
  if (direction != PDN_BACKWARD_DATA) return pdn_kernel_create(status, forward, NULL, attributes, "an activation");

  if (status == dnnl_success)
    status = dnnl_eltwise_backward_primitive_desc_create(
        &backward, pdn_engine(), function.algorithm, map, map, map, function.alpha, function.beta, forward, attributes);
  return pdn_kernel_create(status, backward, forward, attributes, "an activation's gradient");
}

pdn_kernel *pdn_softmax_create(pdn_direction direction, int axis, const pdn_layout *source) {
  pkr_apply_thread_count();
  const_dnnl_memory_desc_t map = source->description;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_status_t status = dnnl_softmax_forward_primitive_desc_create(
      &forward, pdn_engine(), pdn_forward_kind(direction), dnnl_softmax_accurate, map, map, axis, attributes);
  if (direction != PDN_BACKWARD_DATA) return pdn_kernel_create(status, forward, NULL, attributes, "a softmax");

  if (status == dnnl_success)
    status = dnnl_softmax_backward_primitive_desc_create(
        &backward, pdn_engine(), dnnl_softmax_accurate, map, map, map, axis, forward, attributes);
  return pdn_kernel_create(status, backward, forward, attributes, "a softmax's gradient");
}

static pdn_kernel *binary_create(
    dnnl_alg_kind_t algorithm, const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination,
    pdn_activation activation, const char *what) {
  pkr_apply_thread_count();
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = pdn_append_operations(attributes, false, activation, 0.0f, 0.0f);
  if (status == dnnl_success)
    status = dnnl_binary_primitive_desc_create(
        &descriptor, pdn_engine(), algorithm, source->description, second->description, destination->description,
        attributes);
  return pdn_kernel_create(status, descriptor, NULL, attributes, what);
}

pdn_kernel *pdn_addition_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination, bool relu) {
  return binary_create(
      dnnl_binary_add, source, second, destination, relu ? PDN_RELU : PDN_NO_ACTIVATION, "an addition");
}

pdn_kernel *pdn_multiplication_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination) {
  return binary_create(dnnl_binary_mul, source, second, destination, PDN_NO_ACTIVATION, "a multiplication");
}
