#include "internal.h"

#include <stdlib.h>

dnnl_primitive_attr_t pdn_attributes(void) {
  dnnl_primitive_attr_t attributes = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  return attributes;
}

dnnl_prop_kind_t pdn_forward_kind(pdn_direction direction) {
  return direction == PDN_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
}

pdn_elementwise pdn_elementwise_for(pdn_activation activation, float alpha, float beta) {
  switch (activation) {
  case PDN_SILU: return (pdn_elementwise){dnnl_eltwise_swish, alpha, beta};
  case PDN_SIGMOID: return (pdn_elementwise){dnnl_eltwise_logistic, alpha, beta};
  case PDN_TANH: return (pdn_elementwise){dnnl_eltwise_tanh, alpha, beta};
  case PDN_MISH: return (pdn_elementwise){dnnl_eltwise_mish, alpha, beta};
  case PDN_ELU: return (pdn_elementwise){dnnl_eltwise_elu, alpha, beta};
  // x · min(max(alpha · x + beta, 0), 1) from 3.0 on; 2.x has these two built in.
  case PDN_HARD_SWISH: return (pdn_elementwise){dnnl_eltwise_hardswish, 1.0f / 6.0f, 0.5f};
  case PDN_CLIP: return (pdn_elementwise){dnnl_eltwise_clip, alpha, beta};
  case PDN_LINEAR: return (pdn_elementwise){dnnl_eltwise_linear, alpha, beta};
  default: return (pdn_elementwise){dnnl_eltwise_relu, alpha, beta};
  }
}

dnnl_status_t pdn_append_operations(
    dnnl_primitive_attr_t attributes, bool adds_destination, pdn_activation activation, float alpha, float beta) {
  dnnl_post_ops_t operations;
  dnnl_status_t status = dnnl_post_ops_create(&operations);
  if (status != dnnl_success) return status;
  if (adds_destination) status = dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
  if (status == dnnl_success && activation != PDN_NO_ACTIVATION) {
    pdn_elementwise function = pdn_elementwise_for(activation, alpha, beta);
    status = dnnl_post_ops_append_eltwise(operations, function.algorithm, function.alpha, function.beta);
  }
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  dnnl_post_ops_destroy(operations);
  return status;
}

pdn_kernel *pdn_kernel_create(
    dnnl_status_t status, dnnl_primitive_desc_t descriptor, dnnl_primitive_desc_t hint,
    dnnl_primitive_attr_t attributes, const char *what) {
  pdn_kernel *kernel = NULL;
  if (status == dnnl_success) {
    kernel = calloc(1, sizeof *kernel);
    status = kernel == NULL ? dnnl_out_of_memory : dnnl_primitive_create(&kernel->primitive, descriptor);
  }
  if (status == dnnl_success) {
    kernel->descriptor = descriptor;
  } else {
    free(kernel);
    kernel = pdn_fail(what, status);
    if (descriptor != NULL) dnnl_primitive_desc_destroy(descriptor);
  }
  if (hint != NULL) dnnl_primitive_desc_destroy(hint);
  if (attributes != NULL) dnnl_primitive_attr_destroy(attributes);
  return kernel;
}

typedef struct {
  dnnl_query_t query;
  int index;
  int argument;
} role_query;

static role_query query_for(pdn_role role) {
  switch (role) {
  case PDN_SOURCE: return (role_query){dnnl_query_src_md, 0, DNNL_ARG_SRC};
  case PDN_SECOND_SOURCE: return (role_query){dnnl_query_src_md, 1, DNNL_ARG_SRC_1};
  case PDN_WEIGHTS: return (role_query){dnnl_query_weights_md, 0, DNNL_ARG_WEIGHTS};
  case PDN_BIAS: return (role_query){dnnl_query_weights_md, 1, DNNL_ARG_BIAS};
  case PDN_DESTINATION: return (role_query){dnnl_query_dst_md, 0, DNNL_ARG_DST};
  case PDN_MEAN: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_MEAN, DNNL_ARG_MEAN};
  case PDN_VARIANCE: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_VARIANCE, DNNL_ARG_VARIANCE};
  case PDN_SCALE: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_SCALE, DNNL_ARG_SCALE};
  case PDN_SHIFT: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_SHIFT, DNNL_ARG_SHIFT};
  case PDN_WORKSPACE: return (role_query){dnnl_query_workspace_md, 0, DNNL_ARG_WORKSPACE};
  case PDN_SOURCE_GRADIENT: return (role_query){dnnl_query_diff_src_md, 0, DNNL_ARG_DIFF_SRC};
  case PDN_WEIGHTS_GRADIENT: return (role_query){dnnl_query_diff_weights_md, 0, DNNL_ARG_DIFF_WEIGHTS};
  case PDN_BIAS_GRADIENT: return (role_query){dnnl_query_diff_weights_md, 1, DNNL_ARG_DIFF_BIAS};
  case PDN_DESTINATION_GRADIENT: return (role_query){dnnl_query_diff_dst_md, 0, DNNL_ARG_DIFF_DST};
  case PDN_SCALE_GRADIENT: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SCALE};
  case PDN_SHIFT_GRADIENT: return (role_query){dnnl_query_exec_arg_md, DNNL_ARG_DIFF_SHIFT, DNNL_ARG_DIFF_SHIFT};
  case PDN_SCRATCH: return (role_query){dnnl_query_scratchpad_md, 0, DNNL_ARG_SCRATCHPAD};
  default:
    return (role_query){dnnl_query_src_md, (int)role - PDN_INPUT, DNNL_ARG_MULTIPLE_SRC + (int)role - PDN_INPUT};
  }
}

static const_dnnl_memory_desc_t description_for(const pdn_kernel *kernel, pdn_role role) {
  role_query query = query_for(role);
  const_dnnl_memory_desc_t description =
      dnnl_primitive_desc_query_md(kernel->descriptor, query.query, query.index);
  return description == NULL || pdn_rank(description) == 0 ? NULL : description;
}

pdn_layout *pdn_kernel_layout(const pdn_kernel *kernel, pdn_role role) {
  const_dnnl_memory_desc_t description = description_for(kernel, role);
  return description == NULL || pdn_byte_count(description) == 0 ? NULL : pdn_layout_from(description);
}

const char *pdn_kernel_implementation(const pdn_kernel *kernel) {
  const char *name = "";
  dnnl_primitive_desc_query(kernel->descriptor, dnnl_query_impl_info_str, 0, &name);
  return name;
}

bool pdn_kernel_bind(pdn_kernel *kernel, pdn_role role, void *memory) {
  const_dnnl_memory_desc_t description = description_for(kernel, role);
  if (description == NULL) return pdn_fail_with_message("the kernel has no memory of this role") != NULL;
  int argument = query_for(role).argument;
  if (!pdn_takes_argument(kernel->descriptor, argument)) return true;
  int index = 0;
  while (index < kernel->argument_count && kernel->arguments[index].arg != argument) index++;
  if (index == PDN_MAXIMUM_ARGUMENTS) return pdn_fail_with_message("a kernel with too many inputs") != NULL;
  if (index < kernel->argument_count) {
    dnnl_memory_destroy(kernel->arguments[index].memory);
    kernel->arguments[index].memory = NULL;
  }
  dnnl_memory_t object = NULL;
  dnnl_status_t status = dnnl_memory_create(&object, description, pdn_engine(), memory);
  if (status != dnnl_success) return pdn_fail("binding memory to a kernel", status) != NULL;
  kernel->arguments[index].arg = argument;
  kernel->arguments[index].memory = object;
  if (index == kernel->argument_count) kernel->argument_count++;
  return true;
}

bool pdn_kernel_execute(pdn_kernel *kernel) {
  pkr_apply_thread_count();
  dnnl_status_t status =
      dnnl_primitive_execute(kernel->primitive, pdn_stream(), kernel->argument_count, kernel->arguments);
  // Where oneDNN runs on OpenMP the work is done by now, elsewhere it may have only begun.
  if (status == dnnl_success) status = dnnl_stream_wait(pdn_stream());
  if (status != dnnl_success) return pdn_fail(pdn_kernel_implementation(kernel), status) != NULL;
  return true;
}

void pdn_kernel_destroy(pdn_kernel *kernel) {
  if (kernel == NULL) return;
  for (int index = 0; index < kernel->argument_count; index++) dnnl_memory_destroy(kernel->arguments[index].memory);
  if (kernel->primitive != NULL) dnnl_primitive_destroy(kernel->primitive);
  if (kernel->descriptor != NULL) dnnl_primitive_desc_destroy(kernel->descriptor);
  free(kernel);
}
