/// oneDNN 2.x under the names and signatures of 3.x, as far as this shim uses them: an operation's descriptor and the
/// primitive's are made in one step, and a memory descriptor is a handle.
#ifndef CONEDNN_VERSION_2_H
#define CONEDNN_VERSION_2_H

// In 2.x the name is the structure's, in 3.x the handle's.
#define dnnl_memory_desc_t pdn_memory_description
#include <oneapi/dnnl/dnnl.h>
#undef dnnl_memory_desc_t

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef pdn_memory_description *dnnl_memory_desc_t;
typedef const pdn_memory_description *const_dnnl_memory_desc_t;

// ---- memory descriptors -----------------------------------------------------------------------------------

static inline dnnl_status_t dnnl_memory_desc_clone(
    dnnl_memory_desc_t *description, const_dnnl_memory_desc_t existing) {
  *description = malloc(sizeof **description);
  if (*description == NULL) return dnnl_out_of_memory;
  **description = *existing;
  return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_destroy(dnnl_memory_desc_t description) {
  free(description);
  return dnnl_success;
}

static inline dnnl_status_t dnnl_memory_desc_create_with_tag(
    dnnl_memory_desc_t *description, int rank, const dnnl_dims_t extents, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  pdn_memory_description made;
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&made, rank, extents, type, tag);
  return status == dnnl_success ? dnnl_memory_desc_clone(description, &made) : status;
}

static inline dnnl_status_t dnnl_memory_desc_create_submemory(
    dnnl_memory_desc_t *description, const_dnnl_memory_desc_t parent, const dnnl_dims_t extents,
    const dnnl_dims_t offsets) {
  pdn_memory_description made;
  dnnl_status_t status = dnnl_memory_desc_init_submemory(&made, parent, extents, offsets);
  return status == dnnl_success ? dnnl_memory_desc_clone(description, &made) : status;
}

static inline int pdn_rank(const_dnnl_memory_desc_t description) { return description->ndims; }

static inline const int64_t *pdn_extents(const_dnnl_memory_desc_t description) { return description->dims; }

static inline dnnl_data_type_t pdn_data_type(const_dnnl_memory_desc_t description) { return description->data_type; }

static inline int64_t pdn_first_element(const_dnnl_memory_desc_t description) { return description->offset0; }

/// Bytes from the first to the last element. oneDNN gives a part that does not begin with its tensor the size 0.
static inline size_t pdn_byte_count(const_dnnl_memory_desc_t description) {
  pdn_memory_description from_start = *description;
  from_start.offset0 = 0;
  return dnnl_memory_desc_get_size(&from_start);
}

// ---- attributes -------------------------------------------------------------------------------------------

static inline dnnl_status_t pdn_append_sum(
    dnnl_post_ops_t operations, float scale, int32_t zero_point, dnnl_data_type_t type) {
  return dnnl_post_ops_append_sum_v3(operations, scale, zero_point, type);
}
#define dnnl_post_ops_append_sum pdn_append_sum

static inline dnnl_status_t pdn_append_eltwise(
    dnnl_post_ops_t operations, dnnl_alg_kind_t algorithm, float alpha, float beta) {
  return dnnl_post_ops_append_eltwise(operations, 1.0f, algorithm, alpha, beta);
}
#define dnnl_post_ops_append_eltwise pdn_append_eltwise

// ---- arguments --------------------------------------------------------------------------------------------

static inline bool pdn_takes_argument(const_dnnl_primitive_desc_t descriptor, int argument) {
  (void)descriptor;
  (void)argument;
  return true;
}

// ---- choosing among implementations -----------------------------------------------------------------------

/// Replaces a descriptor with the first, from itself on, whose implementation's name contains `name`.
static inline dnnl_status_t pdn_find_implementation(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_primitive_desc_t hint, const char *name) {
  const_dnnl_op_desc_t operation;
  dnnl_status_t status = dnnl_primitive_desc_query(*descriptor, dnnl_query_op_d, 0, &operation);
  if (status != dnnl_success) return status;
  const_dnnl_primitive_attr_t attributes;
  status = dnnl_primitive_desc_get_attr(*descriptor, &attributes);
  if (status != dnnl_success) return status;
  dnnl_primitive_desc_iterator_t candidates;
  status = dnnl_primitive_desc_iterator_create(&candidates, operation, attributes, engine, hint);
  while (status == dnnl_success) {
    dnnl_primitive_desc_t candidate = dnnl_primitive_desc_iterator_fetch(candidates);
    const char *text = "";
    dnnl_primitive_desc_query(candidate, dnnl_query_impl_info_str, 0, &text);
    if (strstr(text, name) != NULL) {
      dnnl_primitive_desc_destroy(*descriptor);
      *descriptor = candidate;
      break;
    }
    dnnl_primitive_desc_destroy(candidate);
    status = dnnl_primitive_desc_iterator_next(candidates);
  }
  dnnl_primitive_desc_iterator_destroy(candidates);
  return status;
}

#include "version_2_operations.h"

#endif
