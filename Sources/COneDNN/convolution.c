#include "internal.h"

#include <string.h>

typedef struct {
  dnnl_dims_t strides, dilations, padding_low, padding_high;
  dnnl_memory_desc_t source, weights, bias, destination;
  const dnnl_memory_desc_t *bias_or_null;
} convolution_memory;

static void describe(
    const pdn_convolution *shape, const pdn_layout *source, const pdn_layout *destination, convolution_memory *out) {
  out->strides[0] = shape->stride_height;
  out->strides[1] = shape->stride_width;
  out->dilations[0] = shape->dilation_height - 1;
  out->dilations[1] = shape->dilation_width - 1;
  out->padding_low[0] = shape->padding_top;
  out->padding_low[1] = shape->padding_left;
  out->padding_high[0] = shape->padding_bottom;
  out->padding_high[1] = shape->padding_right;
  out->source = source->description;
  out->destination = destination->description;
  int64_t groups = shape->groups;
  dnnl_dims_t dense = {
      shape->output_channels, shape->input_channels, shape->kernel_height, shape->kernel_width};
  dnnl_dims_t grouped = {
      groups, shape->output_channels / groups, shape->input_channels / groups, shape->kernel_height,
      shape->kernel_width};
  dnnl_memory_desc_init_by_tag(
      &out->weights, groups > 1 ? 5 : 4, groups > 1 ? grouped : dense, dnnl_f32, dnnl_format_tag_any);
  dnnl_dims_t bias = {shape->output_channels};
  dnnl_memory_desc_init_by_tag(&out->bias, 1, bias, dnnl_f32, dnnl_a);
  out->bias_or_null = shape->has_bias ? &out->bias : NULL;
}

static dnnl_status_t forward_operation(
    const pdn_convolution *shape, dnnl_alg_kind_t algorithm, bool training, const convolution_memory *memory,
    dnnl_convolution_desc_t *convolution, dnnl_deconvolution_desc_t *deconvolution) {
  dnnl_prop_kind_t kind = training ? dnnl_forward_training : dnnl_forward_inference;
  if (shape->transposed)
    return dnnl_dilated_deconvolution_forward_desc_init(
        deconvolution, kind, dnnl_deconvolution_direct, &memory->source, &memory->weights, memory->bias_or_null,
        &memory->destination, memory->strides, memory->dilations, memory->padding_low, memory->padding_high);
  return dnnl_dilated_convolution_forward_desc_init(
      convolution, kind, algorithm, &memory->source, &memory->weights, memory->bias_or_null, &memory->destination,
      memory->strides, memory->dilations, memory->padding_low, memory->padding_high);
}

static dnnl_status_t backward_operation(
    const pdn_convolution *shape, dnnl_alg_kind_t algorithm, pdn_direction direction,
    const convolution_memory *memory, dnnl_convolution_desc_t *convolution,
    dnnl_deconvolution_desc_t *deconvolution) {
  bool data = direction == PDN_BACKWARD_DATA;
  if (shape->transposed && data)
    return dnnl_dilated_deconvolution_backward_data_desc_init(
        deconvolution, dnnl_deconvolution_direct, &memory->source, &memory->weights, &memory->destination,
        memory->strides, memory->dilations, memory->padding_low, memory->padding_high);
  if (shape->transposed)
    return dnnl_dilated_deconvolution_backward_weights_desc_init(
        deconvolution, dnnl_deconvolution_direct, &memory->source, &memory->weights, memory->bias_or_null,
        &memory->destination, memory->strides, memory->dilations, memory->padding_low, memory->padding_high);
  if (data)
    return dnnl_dilated_convolution_backward_data_desc_init(
        convolution, algorithm, &memory->source, &memory->weights, &memory->destination, memory->strides,
        memory->dilations, memory->padding_low, memory->padding_high);
  return dnnl_dilated_convolution_backward_weights_desc_init(
      convolution, algorithm, &memory->source, &memory->weights, memory->bias_or_null, &memory->destination,
      memory->strides, memory->dilations, memory->padding_low, memory->padding_high);
}

static bool is_wanted(dnnl_primitive_desc_t descriptor, pdn_algorithm algorithm) {
  const char *name = "";
  dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name);
  switch (algorithm) {
  case PDN_WINOGRAD_2: return strstr(name, "wino_2x3") != NULL;
  case PDN_WINOGRAD_4: return strstr(name, "wino_4x3") != NULL;
  default: return true;
  }
}

/// The first implementation of the wanted family; oneDNN offers several behind one algorithm name.
static pdn_kernel *first_of_family(
    const_dnnl_op_desc_t operation, dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t hint,
    pdn_algorithm algorithm) {
  dnnl_primitive_desc_iterator_t candidates;
  dnnl_status_t status =
      dnnl_primitive_desc_iterator_create(&candidates, operation, attributes, pdn_engine(), hint);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return pdn_fail("a convolution", status);
  pdn_kernel *kernel = NULL;
  do {
    dnnl_primitive_desc_t descriptor = dnnl_primitive_desc_iterator_fetch(candidates);
    if (descriptor != NULL && is_wanted(descriptor, algorithm)) {
      kernel = pdn_kernel_from_descriptor(descriptor, "a convolution");
      break;
    }
    dnnl_primitive_desc_destroy(descriptor);
    status = dnnl_primitive_desc_iterator_next(candidates);
    if (status != dnnl_success) pdn_fail("a convolution of this algorithm", dnnl_unimplemented);
  } while (status == dnnl_success);
  dnnl_primitive_desc_iterator_destroy(candidates);
  return kernel;
}

pdn_kernel *pdn_convolution_create(
    const pdn_convolution *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination) {
  pdn_apply_thread_count();
  convolution_memory memory;
  describe(shape, source, destination, &memory);
  dnnl_alg_kind_t algorithm =
      shape->algorithm == PDN_DIRECT ? dnnl_convolution_direct : dnnl_convolution_winograd;
  dnnl_convolution_desc_t convolution;
  dnnl_deconvolution_desc_t deconvolution;
  const void *operation = shape->transposed ? (const void *)&deconvolution : (const void *)&convolution;

  bool forward = direction == PDN_INFERENCE || direction == PDN_FORWARD;
  dnnl_status_t status = forward_operation(
      shape, algorithm, direction != PDN_INFERENCE, &memory, &convolution, &deconvolution);
  if (status != dnnl_success) return pdn_fail("a convolution", status);
  dnnl_primitive_attr_t attributes = pdn_attributes();
  if (attributes == NULL) return pdn_fail("a convolution", dnnl_out_of_memory);
  if (forward) {
    dnnl_post_ops_t operations;
    dnnl_post_ops_create(&operations);
    if (shape->adds_destination) dnnl_post_ops_append_sum(operations, 1.0f);
    pdn_append_activation(operations, shape->activation, shape->alpha, shape->beta);
    dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return first_of_family(operation, attributes, NULL, shape->algorithm);
  }

  dnnl_primitive_desc_t hint;
  status = dnnl_primitive_desc_create(&hint, operation, NULL, pdn_engine(), NULL);
  if (status != dnnl_success) {
    dnnl_primitive_attr_destroy(attributes);
    return pdn_fail("a convolution", status);
  }
  status = backward_operation(shape, algorithm, direction, &memory, &convolution, &deconvolution);
  pdn_kernel *kernel = NULL;
  if (status == dnnl_success) {
    kernel = first_of_family(operation, attributes, hint, shape->algorithm);
  } else {
    dnnl_primitive_attr_destroy(attributes);
    pdn_fail("a convolution's gradient", status);
  }
  dnnl_primitive_desc_destroy(hint);
  return kernel;
}
