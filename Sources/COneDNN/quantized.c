#include "COneDNNQuantized.h"
#include "internal.h"

#include <stdlib.h>

#if DNNL_VERSION_MAJOR == 2

bool pdn_has_byte_kernels(void) { return true; }

bool pdn_has_byte_dot_product(void) {
  dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  return isa != dnnl_cpu_isa_sse41 && isa != dnnl_cpu_isa_avx && isa != dnnl_cpu_isa_avx2
      && isa != dnnl_cpu_isa_avx512_core;
}

static dnnl_status_t describe_weights(const pdn_convolution *shape, dnnl_memory_desc_t *weights) {
  int64_t groups = shape->groups;
  dnnl_dims_t dense = {shape->output_channels, shape->input_channels, shape->kernel_height, shape->kernel_width};
  dnnl_dims_t grouped = {
      groups, shape->output_channels / groups, shape->input_channels / groups, shape->kernel_height,
      shape->kernel_width};
  return dnnl_memory_desc_create_with_tag(
      weights, groups > 1 ? 5 : 4, groups > 1 ? grouped : dense, dnnl_s8, dnnl_format_tag_any);
}

static dnnl_status_t set_operations(
    dnnl_primitive_attr_t attributes, const pdn_convolution *shape, const pdn_quantization *quantization) {
  dnnl_post_ops_t operations;
  dnnl_status_t status = dnnl_post_ops_create(&operations);
  if (status != dnnl_success) return status;
  if (shape->adds_destination)
    status = dnnl_post_ops_append_sum(operations, quantization->sum_scale, 0, dnnl_data_type_undef);
  if (status == dnnl_success && shape->activation != PDN_NO_ACTIVATION) {
    pdn_elementwise function = pdn_elementwise_for(shape->activation, shape->alpha, shape->beta);
    status = dnnl_post_ops_append_eltwise(operations, function.algorithm, function.alpha, function.beta);
  }
  if (status == dnnl_success && quantization->final_scale != 1.0f)
    status = dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_linear, quantization->final_scale, 0.0f);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  dnnl_post_ops_destroy(operations);
  return status;
}

pdn_kernel *pdn_quantized_convolution_create(
    const pdn_convolution *shape, const pdn_quantization *quantization, const pdn_layout *source,
    const pdn_layout *destination) {
  pkr_apply_thread_count();
  dnnl_memory_desc_t weights = NULL, bias = NULL;
  dnnl_dims_t channels = {shape->output_channels};
  dnnl_dims_t strides = {shape->stride_height, shape->stride_width};
  dnnl_dims_t dilations = {shape->dilation_height - 1, shape->dilation_width - 1};
  dnnl_dims_t low = {shape->padding_top, shape->padding_left};
  dnnl_dims_t high = {shape->padding_bottom, shape->padding_right};
  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = attributes == NULL ? dnnl_out_of_memory : describe_weights(shape, &weights);
  if (status == dnnl_success && shape->has_bias)
    status = dnnl_memory_desc_create_with_tag(&bias, 1, channels, dnnl_f32, dnnl_a);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_output_scales(
        attributes, shape->output_channels, 1 << 1, quantization->scales);
  if (status == dnnl_success) status = set_operations(attributes, shape, quantization);
  if (status == dnnl_success)
    status = dnnl_convolution_forward_primitive_desc_create(
        &descriptor, pdn_engine(), dnnl_forward_inference, dnnl_convolution_direct, source->description, weights, bias,
        destination->description, strides, dilations, low, high, attributes);
  dnnl_memory_desc_destroy(weights);
  dnnl_memory_desc_destroy(bias);
  return pdn_kernel_create(status, descriptor, NULL, attributes, "an 8-bit convolution");
}

pdn_kernel *pdn_scaling_reorder_create(
    const pdn_layout *source, const pdn_layout *destination, int axes, int64_t count, const float *scales) {
  pkr_apply_thread_count();
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_output_scales(attributes, count, (1 << axes) - 1, scales);
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create(
        &descriptor, source->description, pdn_engine(), destination->description, pdn_engine(), attributes);
  return pdn_kernel_create(status, descriptor, NULL, attributes, "a change of layout and scale");
}

#else

// oneDNN 3.x takes scales as arguments of the execution instead of attributes.
static const char *const unavailable = "8-bit kernels are written for oneDNN 2.x";

bool pdn_has_byte_kernels(void) { return false; }

bool pdn_has_byte_dot_product(void) { return false; }

pdn_kernel *pdn_quantized_convolution_create(
    const pdn_convolution *shape, const pdn_quantization *quantization, const pdn_layout *source,
    const pdn_layout *destination) {
  (void)shape, (void)quantization, (void)source, (void)destination;
  return pdn_fail_with_message(unavailable);
}

pdn_kernel *pdn_scaling_reorder_create(
    const pdn_layout *source, const pdn_layout *destination, int axes, int64_t count, const float *scales) {
  (void)source, (void)destination, (void)axes, (void)count, (void)scales;
  return pdn_fail_with_message(unavailable);
}

#endif
