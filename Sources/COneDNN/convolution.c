#include "internal.h"

typedef struct {
  dnnl_dims_t strides, dilations, padding_low, padding_high;
  const_dnnl_memory_desc_t source, destination;
  dnnl_memory_desc_t weights, bias;  // owned; the bias may be NULL
} convolution_memory;

// Weights of what is multiplied with them, and gradients of weights in floats.
static dnnl_data_type_t weights_type(
    pdn_direction direction, const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination) {
  if (direction == PDN_BACKWARD_WEIGHTS) return dnnl_f32;
  return pdn_data_type(direction == PDN_BACKWARD_DATA ? destination : source);
}

static dnnl_status_t describe(
    const pdn_convolution *shape, const_dnnl_memory_desc_t source, const_dnnl_memory_desc_t destination,
    dnnl_data_type_t weights_type, convolution_memory *out) {
  *out = (convolution_memory){
      .strides = {shape->stride_height, shape->stride_width},
      .dilations = {shape->dilation_height - 1, shape->dilation_width - 1},
      .padding_low = {shape->padding_top, shape->padding_left},
      .padding_high = {shape->padding_bottom, shape->padding_right},
      .source = source,
      .destination = destination,
  };
  int64_t groups = shape->groups;
  dnnl_dims_t dense = {
      shape->output_channels, shape->input_channels, shape->kernel_height, shape->kernel_width};
  dnnl_dims_t grouped = {
      groups, shape->output_channels / groups, shape->input_channels / groups, shape->kernel_height,
      shape->kernel_width};
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(
      &out->weights, groups > 1 ? 5 : 4, groups > 1 ? grouped : dense, weights_type, dnnl_format_tag_any);
  if (status != dnnl_success || !shape->has_bias) return status;
  dnnl_dims_t bias = {shape->output_channels};
  return dnnl_memory_desc_create_with_tag(&out->bias, 1, bias, dnnl_f32, dnnl_a);
}

static dnnl_status_t describe_forward(
    dnnl_primitive_desc_t *descriptor, bool transposed, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    const convolution_memory *memory, dnnl_primitive_attr_t attributes) {
  if (transposed)
    return dnnl_deconvolution_forward_primitive_desc_create(
        descriptor, pdn_engine(), kind, algorithm, memory->source, memory->weights, memory->bias, memory->destination,
        memory->strides, memory->dilations, memory->padding_low, memory->padding_high, attributes);
  return dnnl_convolution_forward_primitive_desc_create(
      descriptor, pdn_engine(), kind, algorithm, memory->source, memory->weights, memory->bias, memory->destination,
      memory->strides, memory->dilations, memory->padding_low, memory->padding_high, attributes);
}

static dnnl_status_t describe_backward_data(
    dnnl_primitive_desc_t *descriptor, bool transposed, dnnl_alg_kind_t algorithm, const convolution_memory *memory,
    dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes) {
  if (transposed)
    return dnnl_deconvolution_backward_data_primitive_desc_create(
        descriptor, pdn_engine(), algorithm, memory->source, memory->weights, memory->destination, memory->strides,
        memory->dilations, memory->padding_low, memory->padding_high, hint, attributes);
  return dnnl_convolution_backward_data_primitive_desc_create(
      descriptor, pdn_engine(), algorithm, memory->source, memory->weights, memory->destination, memory->strides,
      memory->dilations, memory->padding_low, memory->padding_high, hint, attributes);
}

static dnnl_status_t describe_backward_weights(
    dnnl_primitive_desc_t *descriptor, bool transposed, dnnl_alg_kind_t algorithm, const convolution_memory *memory,
    dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes) {
  if (transposed)
    return dnnl_deconvolution_backward_weights_primitive_desc_create(
        descriptor, pdn_engine(), algorithm, memory->source, memory->weights, memory->bias, memory->destination,
        memory->strides, memory->dilations, memory->padding_low, memory->padding_high, hint, attributes);
  return dnnl_convolution_backward_weights_primitive_desc_create(
      descriptor, pdn_engine(), algorithm, memory->source, memory->weights, memory->bias, memory->destination,
      memory->strides, memory->dilations, memory->padding_low, memory->padding_high, hint, attributes);
}

// The forward pass that a gradient belongs to. One in bf16 is so throughout, whatever the gradient is written in.
static dnnl_status_t describe_hint(
    const pdn_convolution *shape, dnnl_alg_kind_t algorithm, const convolution_memory *memory,
    dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *hint) {
  const_dnnl_memory_desc_t source = memory->source, destination = memory->destination;
  dnnl_memory_desc_t any_source = NULL, any_destination = NULL;
  dnnl_status_t status = dnnl_success;
  bool is_bf16 = pdn_data_type(destination) == dnnl_bf16;
  if (is_bf16) {
    status = dnnl_memory_desc_create_with_tag(
        &any_source, pdn_rank(source), pdn_extents(source), dnnl_bf16, dnnl_format_tag_any);
    if (status == dnnl_success)
      status = dnnl_memory_desc_create_with_tag(
          &any_destination, pdn_rank(destination), pdn_extents(destination), dnnl_bf16, dnnl_format_tag_any);
    (source = any_source, destination = any_destination);
  }
  convolution_memory forward = {.weights = NULL, .bias = NULL};
  if (status == dnnl_success)
    status = describe(shape, source, destination, is_bf16 ? dnnl_bf16 : dnnl_f32, &forward);
  if (status == dnnl_success)
    status = describe_forward(hint, shape->transposed, dnnl_forward_training, algorithm, &forward, attributes);
  dnnl_memory_desc_destroy(forward.weights);
  dnnl_memory_desc_destroy(forward.bias);
  dnnl_memory_desc_destroy(any_source);
  dnnl_memory_desc_destroy(any_destination);
  return status;
}

/// oneDNN offers several implementations behind one algorithm's name.
static dnnl_status_t choose_family(
    dnnl_primitive_desc_t *descriptor, dnnl_primitive_desc_t hint, pdn_algorithm algorithm) {
  if (algorithm == PDN_DIRECT) return dnnl_success;
  const char *family = algorithm == PDN_WINOGRAD_2 ? "wino_2x3" : "wino_4x3";
  dnnl_status_t status = pdn_find_implementation(descriptor, pdn_engine(), hint, family);
  return status == dnnl_success ? status : dnnl_unimplemented;
}

pdn_kernel *pdn_convolution_create(
    const pdn_convolution *shape, pdn_direction direction, const pdn_layout *source, const pdn_layout *destination) {
  pkr_apply_thread_count();
  bool backward = direction == PDN_BACKWARD_DATA || direction == PDN_BACKWARD_WEIGHTS;
  bool transposed = shape->transposed;
  dnnl_alg_kind_t algorithm = transposed     ? dnnl_deconvolution_direct
      : shape->algorithm == PDN_DIRECT       ? dnnl_convolution_direct
                                             : dnnl_convolution_winograd;
  convolution_memory memory;
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor = NULL, hint = NULL;
  dnnl_data_type_t type = weights_type(direction, source->description, destination->description);
  dnnl_status_t status = describe(shape, source->description, destination->description, type, &memory);
  if (status == dnnl_success && !backward)
    status = pdn_append_operations(
        attributes, shape->adds_destination, shape->activation, shape->alpha, shape->beta);
  if (status == dnnl_success && !backward)
    status = describe_forward(
        &descriptor, transposed, pdn_forward_kind(direction), algorithm, &memory, attributes);
  if (status == dnnl_success && backward) status = describe_hint(shape, algorithm, &memory, attributes, &hint);
  if (status == dnnl_success && direction == PDN_BACKWARD_DATA)
    status = describe_backward_data(&descriptor, transposed, algorithm, &memory, hint, attributes);
  if (status == dnnl_success && direction == PDN_BACKWARD_WEIGHTS)
    status = describe_backward_weights(&descriptor, transposed, algorithm, &memory, hint, attributes);
  if (status == dnnl_success) status = choose_family(&descriptor, hint, shape->algorithm);
  dnnl_memory_desc_destroy(memory.weights);
  dnnl_memory_desc_destroy(memory.bias);
  return pdn_kernel_create(
      status, descriptor, hint, attributes, backward ? "a convolution's gradient" : "a convolution");
}
