#ifndef CONEDNN_INTERNAL_H
#define CONEDNN_INTERNAL_H

#include "CKernelRuntime.h"
#include "COneDNN.h"

#include <oneapi/dnnl/dnnl_version.h>

// The shim is written in the words of 3.x; nothing else asks for the version.
#if DNNL_VERSION_MAJOR == 2
#include "version_2.h"
#elif DNNL_VERSION_MAJOR == 3
#include "version_3.h"
#else
#error "this shim is written for oneDNN 2.x (Debian's libdnnl-dev) and 3.x"
#endif

#define PDN_MAXIMUM_ARGUMENTS 40

struct pdn_layout {
  dnnl_memory_desc_t description;  // owned
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
/// Records why something failed, and returns NULL.
void *pdn_fail(const char *what, dnnl_status_t status);
void *pdn_fail_with_message(const char *what);

/// A copy of `description`.
pdn_layout *pdn_layout_from(const_dnnl_memory_desc_t description);

/// What a forward pass is for: training's keeps what the backward pass needs.
dnnl_prop_kind_t pdn_forward_kind(pdn_direction direction);

/// Attributes with a scratchpad that the caller owns.
dnnl_primitive_attr_t pdn_attributes(void);
/// Makes an operation add what its destination holds, then apply an activation.
dnnl_status_t pdn_append_operations(
    dnnl_primitive_attr_t attributes, bool adds_destination, pdn_activation activation, float alpha, float beta);

/// An activation in oneDNN's terms.
typedef struct {
  dnnl_alg_kind_t algorithm;
  float alpha, beta;
} pdn_elementwise;
pdn_elementwise pdn_elementwise_for(pdn_activation activation, float alpha, float beta);

/// Makes the kernel of `descriptor` if `status` says that it was made. Takes ownership of all three; `hint` and
/// `attributes` may be NULL.
pdn_kernel *pdn_kernel_create(
    dnnl_status_t status, dnnl_primitive_desc_t descriptor, dnnl_primitive_desc_t hint,
    dnnl_primitive_attr_t attributes, const char *what);

#endif
