/// The primitive descriptors of oneDNN 3.x on 2.x, where an operation has a descriptor of its own first.
#ifndef CONEDNN_VERSION_2_OPERATIONS_H
#define CONEDNN_VERSION_2_OPERATIONS_H

/// The second step, when the first went well.
static inline dnnl_status_t pdn_primitive_description(
    dnnl_status_t status, dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_op_desc_t operation,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(descriptor, operation, attributes, engine, hint);
}

static inline dnnl_status_t dnnl_convolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
    const_dnnl_memory_desc_t destination, const dnnl_dims_t strides, const dnnl_dims_t dilations,
    const dnnl_dims_t low, const dnnl_dims_t high, const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &operation, kind, algorithm, source, weights, bias, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_convolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t low, const dnnl_dims_t high,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &operation, algorithm, source, weights, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_convolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
    const_dnnl_memory_desc_t destination, const dnnl_dims_t strides, const dnnl_dims_t dilations,
    const dnnl_dims_t low, const dnnl_dims_t high, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &operation, algorithm, source, weights, bias, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_deconvolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
    const_dnnl_memory_desc_t destination, const dnnl_dims_t strides, const dnnl_dims_t dilations,
    const dnnl_dims_t low, const dnnl_dims_t high, const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_forward_desc_init(
      &operation, kind, algorithm, source, weights, bias, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_deconvolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t destination,
    const dnnl_dims_t strides, const dnnl_dims_t dilations, const dnnl_dims_t low, const dnnl_dims_t high,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_backward_data_desc_init(
      &operation, algorithm, source, weights, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_deconvolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
    const_dnnl_memory_desc_t destination, const dnnl_dims_t strides, const dnnl_dims_t dilations,
    const dnnl_dims_t low, const dnnl_dims_t high, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_deconvolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_deconvolution_backward_weights_desc_init(
      &operation, algorithm, source, weights, bias, destination, strides, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_pooling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, const dnnl_dims_t strides,
    const dnnl_dims_t kernel, const dnnl_dims_t dilations, const dnnl_dims_t low, const dnnl_dims_t high,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status = dnnl_pooling_v2_forward_desc_init(
      &operation, kind, algorithm, source, destination, strides, kernel, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_pooling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, const dnnl_dims_t strides,
    const dnnl_dims_t kernel, const dnnl_dims_t dilations, const dnnl_dims_t low, const dnnl_dims_t high,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status = dnnl_pooling_v2_backward_desc_init(
      &operation, algorithm, source, destination, strides, kernel, dilations, low, high);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

// 2.x has one description for what 3.x calls source and destination.
static inline dnnl_status_t dnnl_batch_normalization_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t destination, float epsilon, unsigned flags, const_dnnl_primitive_attr_t attributes) {
  (void)destination;
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(&operation, kind, source, epsilon, flags);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_batch_normalization_backward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_dnnl_memory_desc_t source_gradient, const_dnnl_memory_desc_t destination_gradient,
    const_dnnl_memory_desc_t source, float epsilon, unsigned flags, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  (void)source_gradient;
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
      &operation, kind, destination_gradient, source, epsilon, flags);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_eltwise_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, float alpha, float beta,
    const_dnnl_primitive_attr_t attributes) {
  (void)destination;
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_forward_desc_init(&operation, kind, algorithm, source, alpha, beta);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_eltwise_backward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source_gradient, const_dnnl_memory_desc_t destination_gradient,
    const_dnnl_memory_desc_t data, float alpha, float beta, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  (void)source_gradient;
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status =
      dnnl_eltwise_backward_desc_init(&operation, algorithm, destination_gradient, data, alpha, beta);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_softmax_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, int axis,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status =
      dnnl_softmax_v2_forward_desc_init(&operation, kind, algorithm, source, destination, axis);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_softmax_backward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t source_gradient, const_dnnl_memory_desc_t destination_gradient,
    const_dnnl_memory_desc_t destination, int axis, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_v2_desc_t operation;
  dnnl_status_t status = dnnl_softmax_v2_backward_desc_init(
      &operation, algorithm, source_gradient, destination_gradient, destination, axis);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_inner_product_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias, const_dnnl_memory_desc_t destination,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status =
      dnnl_inner_product_forward_desc_init(&operation, kind, source, weights, bias, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_inner_product_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t destination, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_data_desc_init(&operation, source, weights, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_inner_product_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_memory_desc_t source,
    const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias, const_dnnl_memory_desc_t destination,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status =
      dnnl_inner_product_backward_weights_desc_init(&operation, source, weights, bias, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_resampling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const float *factors, const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status =
      dnnl_resampling_forward_desc_init(&operation, kind, algorithm, factors, source, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

static inline dnnl_status_t dnnl_resampling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, const float *factors,
    const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_resampling_desc_t operation;
  dnnl_status_t status =
      dnnl_resampling_backward_desc_init(&operation, algorithm, factors, source, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, hint, attributes);
}

static inline dnnl_status_t dnnl_binary_primitive_desc_create(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_dnnl_memory_desc_t first, const_dnnl_memory_desc_t second, const_dnnl_memory_desc_t destination,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_binary_desc_t operation;
  dnnl_status_t status = dnnl_binary_desc_init(&operation, algorithm, first, second, destination);
  return pdn_primitive_description(status, descriptor, engine, &operation, NULL, attributes);
}

// 2.x takes the inputs' descriptions as an array of structures.
static inline dnnl_status_t pdn_concatenation_description(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_memory_desc_t destination, int count, int axis,
    const_dnnl_memory_desc_t const *sources, const_dnnl_primitive_attr_t attributes) {
  pdn_memory_description *copies = malloc((size_t)count * sizeof *copies);
  if (copies == NULL) return dnnl_out_of_memory;
  for (int index = 0; index < count; index++) copies[index] = *sources[index];
  dnnl_status_t status =
      dnnl_concat_primitive_desc_create(descriptor, destination, count, axis, copies, attributes, engine);
  free(copies);
  return status;
}
#define dnnl_concat_primitive_desc_create pdn_concatenation_description

#endif
