#include "COneDNNQuantized.h"
#include "internal.h"

#include <stdlib.h>

#if DNNL_VERSION_MAJOR == 2

bool pdn_has_byte_kernels(void) { return true; }

static dnnl_data_type_t data_type(pdn_element element) {
  switch (element) {
  case PDN_UNSIGNED_BYTE: return dnnl_u8;
  case PDN_SIGNED_BYTE: return dnnl_s8;
  default: return dnnl_f32;
  }
}

pdn_layout *pdn_layout_create_of(pdn_element element, pdn_order order, int rank, const int64_t *extents) {
  pdn_layout *layout = pdn_layout_create(order, rank, extents);
  // Strides count elements, so that another type needs no other order.
  if (layout != NULL) layout->description.data_type = data_type(element);
  return layout;
}

bool pdn_has_byte_dot_product(void) {
  dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  return isa != dnnl_cpu_isa_sse41 && isa != dnnl_cpu_isa_avx && isa != dnnl_cpu_isa_avx2
      && isa != dnnl_cpu_isa_avx512_core;
}

static void describe_weights(const pdn_convolution *shape, dnnl_memory_desc_t *weights) {
  int64_t groups = shape->groups;
  dnnl_dims_t dense = {shape->output_channels, shape->input_channels, shape->kernel_height, shape->kernel_width};
  dnnl_dims_t grouped = {
      groups, shape->output_channels / groups, shape->input_channels / groups, shape->kernel_height,
      shape->kernel_width};
  dnnl_memory_desc_init_by_tag(
      weights, groups > 1 ? 5 : 4, groups > 1 ? grouped : dense, dnnl_s8, dnnl_format_tag_any);
}

pdn_kernel *pdn_quantized_convolution_create(
    const pdn_convolution *shape, const pdn_quantization *quantization, const pdn_layout *source,
    const pdn_layout *destination) {
  const char *what = "an 8-bit convolution";
  dnnl_memory_desc_t weights, bias;
  describe_weights(shape, &weights);
  dnnl_dims_t channels = {shape->output_channels};
  dnnl_memory_desc_init_by_tag(&bias, 1, channels, dnnl_f32, dnnl_a);
  dnnl_dims_t strides = {shape->stride_height, shape->stride_width};
  dnnl_dims_t dilations = {shape->dilation_height - 1, shape->dilation_width - 1};
  dnnl_dims_t low = {shape->padding_top, shape->padding_left};
  dnnl_dims_t high = {shape->padding_bottom, shape->padding_right};
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &operation, dnnl_forward_inference, dnnl_convolution_direct, &source->description, &weights,
      shape->has_bias ? &bias : NULL, &destination->description, strides, dilations, low, high);
  if (status != dnnl_success) return pdn_fail(what, status);

  dnnl_primitive_attr_t attributes = pdn_attributes();
  dnnl_post_ops_t operations = NULL;
  if (attributes == NULL || dnnl_post_ops_create(&operations) != dnnl_success) {
    dnnl_primitive_attr_destroy(attributes);
    return pdn_fail(what, dnnl_out_of_memory);
  }
  dnnl_primitive_attr_set_output_scales(attributes, shape->output_channels, 1 << 1, quantization->scales);
  if (shape->adds_destination) dnnl_post_ops_append_sum(operations, quantization->sum_scale);
  pdn_append_activation(operations, shape->activation, shape->alpha, shape->beta);
  if (quantization->final_scale != 1.0f)
    dnnl_post_ops_append_eltwise(operations, 1.0f, dnnl_eltwise_linear, quantization->final_scale, 0.0f);
  dnnl_primitive_attr_set_post_ops(attributes, operations);
  dnnl_post_ops_destroy(operations);
  return pdn_kernel_from_operation(&operation, attributes, NULL, what);
}

pdn_kernel *pdn_scaling_reorder_create(
    const pdn_layout *source, const pdn_layout *destination, int axes, int64_t count, const float *scales) {
  const char *what = "a change of layout and scale";
  pdn_apply_thread_count();
  dnnl_primitive_attr_t attributes;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return pdn_fail(what, dnnl_out_of_memory);
  dnnl_status_t status = dnnl_primitive_attr_set_output_scales(attributes, count, (1 << axes) - 1, scales);
  dnnl_primitive_desc_t descriptor;
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create(
        &descriptor, &source->description, pdn_engine(), &destination->description, pdn_engine(), attributes);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return pdn_fail(what, status);
  return pdn_kernel_from_descriptor(descriptor, what);
}

#else

// oneDNN 3.x takes scales as arguments of the execution instead of attributes.
static const char *const unavailable = "8-bit kernels are written for oneDNN 2.x";

bool pdn_has_byte_kernels(void) { return false; }

pdn_layout *pdn_layout_create_of(pdn_element element, pdn_order order, int rank, const int64_t *extents) {
  return element == PDN_FLOAT ? pdn_layout_create(order, rank, extents) : pdn_fail_with_message(unavailable);
}

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
