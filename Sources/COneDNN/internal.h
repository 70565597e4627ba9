#ifndef CONEDNN_INTERNAL_H
#define CONEDNN_INTERNAL_H

#include "COneDNN.h"

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "this shim is written for oneDNN 2.x (Debian's libdnnl-dev)"
#endif

#define PDN_MAXIMUM_ARGUMENTS 40

struct pdn_layout {
  dnnl_memory_desc_t description;
};

struct pdn_kernel {
  dnnl_primitive_desc_t descriptor;
  dnnl_primitive_t primitive;
  int argument_count;
  dnnl_exec_arg_t arguments[PDN_MAXIMUM_ARGUMENTS];
};

/// The one CPU engine and its stream.
dnnl_engine_t pdn_engine(void);
dnnl_stream_t pdn_stream(void);
/// Makes OpenMP use the requested number of threads on the calling thread.
void pdn_apply_thread_count(void);
/// Records why something failed, and returns NULL.
void *pdn_fail(const char *what, dnnl_status_t status);
void *pdn_fail_with_message(const char *what);

/// Bytes from the first to the last element, of a part of a larger tensor too.
size_t pdn_description_byte_count(const dnnl_memory_desc_t *description);

/// Attributes with a scratchpad that the caller owns.
dnnl_primitive_attr_t pdn_attributes(void);
void pdn_append_activation(dnnl_post_ops_t operations, pdn_activation activation, float alpha, float beta);
dnnl_alg_kind_t pdn_activation_algorithm(pdn_activation activation);

/// Takes ownership of `descriptor`.
pdn_kernel *pdn_kernel_from_descriptor(dnnl_primitive_desc_t descriptor, const char *what);
/// Creates a kernel from an operation descriptor, destroying `attributes`; `hint` may be NULL.
pdn_kernel *pdn_kernel_from_operation(
    const_dnnl_op_desc_t operation, dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t hint,
    const char *what);

#endif
