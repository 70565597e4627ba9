#include "internal.h"

pdn_kernel *pdn_activation_create(
    pdn_direction direction, pdn_activation activation, float alpha, float beta, const pdn_layout *source) {
  pdn_apply_thread_count();
  // Backward passes read the destination where that is enough, see Activation.backwardOperand.
  dnnl_alg_kind_t algorithm = activation == PDN_RELU ? dnnl_eltwise_relu_use_dst_for_bwd
      : activation == PDN_SIGMOID                    ? dnnl_eltwise_logistic_use_dst_for_bwd
      : activation == PDN_TANH                       ? dnnl_eltwise_tanh_use_dst_for_bwd
                                                     : pdn_activation_algorithm(activation);
  dnnl_eltwise_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status =
      dnnl_eltwise_forward_desc_init(&operation, kind, algorithm, &source->description, alpha, beta);
  if (status != dnnl_success) return pdn_fail("an activation", status);
  if (direction != PDN_BACKWARD_DATA)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "an activation");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("an activation", status);
  status = dnnl_eltwise_backward_desc_init(
      &operation, algorithm, &source->description, &source->description, alpha, beta);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "an activation's gradient");
  else
    pdn_fail("an activation's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}

pdn_kernel *pdn_softmax_create(pdn_direction direction, int axis, const pdn_layout *source) {
  pdn_apply_thread_count();
  dnnl_softmax_desc_t operation;
  dnnl_prop_kind_t kind = direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status = dnnl_softmax_forward_desc_init(&operation, kind, &source->description, axis);
  if (status != dnnl_success) return pdn_fail("a softmax", status);
  if (direction != PDN_BACKWARD_DATA)
    return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "a softmax");

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, &operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) return pdn_fail("a softmax", status);
  status =
      dnnl_softmax_backward_desc_init(&operation, &source->description, &source->description, axis);
  pdn_kernel *result = NULL;
  if (status == dnnl_success)
    result = pdn_kernel_from_operation(&operation, pdn_attributes(), hint, "a softmax's gradient");
  else
    pdn_fail("a softmax's gradient", status);
  dnnl_primitive_desc_destroy(hint);
  return result;
}

pdn_kernel *pdn_addition_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination, bool relu) {
  pdn_apply_thread_count();
  dnnl_binary_desc_t operation;
  dnnl_status_t status = dnnl_binary_desc_init(
      &operation, dnnl_binary_add, &source->description, &second->description, &destination->description);
  if (status != dnnl_success) return pdn_fail("an addition", status);
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_post_ops_t operations;
  dnnl_post_ops_create(&operations);
  if (relu) pdn_append_activation(operations, PDN_RELU, 0.0f, 0.0f);
  dnnl_primitive_attr_set_post_ops(attributes, operations);
  dnnl_post_ops_destroy(operations);
  return pdn_kernel_from_operation(&operation, attributes, NULL, "an addition");
}

pdn_kernel *pdn_multiplication_create(
    const pdn_layout *source, const pdn_layout *second, const pdn_layout *destination) {
  pdn_apply_thread_count();
  dnnl_binary_desc_t operation;
  dnnl_status_t status = dnnl_binary_desc_init(
      &operation, dnnl_binary_mul, &source->description, &second->description, &destination->description);
  if (status != dnnl_success) return pdn_fail("a multiplication", status);
  return pdn_kernel_from_operation(&operation, pdn_attributes(), NULL, "a multiplication");
}
