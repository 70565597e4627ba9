#include "internal.h"

#include <stdlib.h>

dnnl_primitive_attr_t pdn_attributes(void) {
  dnnl_primitive_attr_t attributes = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  return attributes;
}

dnnl_alg_kind_t pdn_activation_algorithm(pdn_activation activation) {
  switch (activation) {
  case PDN_SILU: return dnnl_eltwise_swish;
  case PDN_SIGMOID: return dnnl_eltwise_logistic;
  case PDN_TANH: return dnnl_eltwise_tanh;
  case PDN_MISH: return dnnl_eltwise_mish;
  case PDN_ELU: return dnnl_eltwise_elu;
  case PDN_HARD_SWISH: return dnnl_eltwise_hardswish;
  case PDN_CLIP: return dnnl_eltwise_clip;
  case PDN_LINEAR: return dnnl_eltwise_linear;
  default: return dnnl_eltwise_relu;
  }
}

void pdn_append_activation(dnnl_post_ops_t operations, pdn_activation activation, float alpha, float beta) {
  if (activation == PDN_NO_ACTIVATION) return;
  dnnl_post_ops_append_eltwise(operations, 1.0f, pdn_activation_algorithm(activation), alpha, beta);
}

pdn_kernel *pdn_kernel_from_descriptor(dnnl_primitive_desc_t descriptor, const char *what) {
  pdn_kernel *kernel = calloc(1, sizeof *kernel);
  if (kernel == NULL) {
    dnnl_primitive_desc_destroy(descriptor);
    return pdn_fail(what, dnnl_out_of_memory);
  }
  kernel->descriptor = descriptor;
  dnnl_status_t status = dnnl_primitive_create(&kernel->primitive, descriptor);
  if (status != dnnl_success) {
    pdn_kernel_destroy(kernel);
    return pdn_fail(what, status);
  }
  return kernel;
}

pdn_kernel *pdn_kernel_from_operation(
    const_dnnl_op_desc_t operation, dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t hint,
    const char *what) {
  pdn_apply_thread_count();
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_primitive_desc_create(&descriptor, operation, attributes, pdn_engine(), hint);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return pdn_fail(what, status);
  return pdn_kernel_from_descriptor(descriptor, what);
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

static const dnnl_memory_desc_t *description_for(const pdn_kernel *kernel, pdn_role role) {
  role_query query = query_for(role);
  const dnnl_memory_desc_t *description =
      dnnl_primitive_desc_query_md(kernel->descriptor, query.query, query.index);
  return description == NULL || description->ndims == 0 ? NULL : description;
}

pdn_layout *pdn_kernel_layout(const pdn_kernel *kernel, pdn_role role) {
  const dnnl_memory_desc_t *description = description_for(kernel, role);
  if (description == NULL || pdn_description_byte_count(description) == 0) return NULL;
  pdn_layout *layout = malloc(sizeof *layout);
  if (layout == NULL) return pdn_fail("a layout", dnnl_out_of_memory);
  layout->description = *description;
  return layout;
}

const char *pdn_kernel_implementation(const pdn_kernel *kernel) {
  const char *name = "";
  dnnl_primitive_desc_query(kernel->descriptor, dnnl_query_impl_info_str, 0, &name);
  return name;
}

bool pdn_kernel_bind(pdn_kernel *kernel, pdn_role role, void *memory) {
  const dnnl_memory_desc_t *description = description_for(kernel, role);
  if (description == NULL) return pdn_fail_with_message("the kernel has no memory of this role") != NULL;
  int argument = query_for(role).argument;
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
  pdn_apply_thread_count();
  dnnl_status_t status =
      dnnl_primitive_execute(kernel->primitive, pdn_stream(), kernel->argument_count, kernel->arguments);
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
