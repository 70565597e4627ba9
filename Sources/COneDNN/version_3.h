/// What oneDNN 3.x says in other words than 2.x and this shim.
#ifndef CONEDNN_VERSION_3_H
#define CONEDNN_VERSION_3_H

#include <oneapi/dnnl/dnnl.h>

#include <stdbool.h>
#include <string.h>

static inline int pdn_rank(const_dnnl_memory_desc_t description) {
  int rank = 0;
  dnnl_memory_desc_query(description, dnnl_query_ndims_s32, &rank);
  return rank;
}

static inline const int64_t *pdn_extents(const_dnnl_memory_desc_t description) {
  const dnnl_dims_t *extents = NULL;
  dnnl_memory_desc_query(description, dnnl_query_dims, &extents);
  return *extents;
}

static inline dnnl_data_type_t pdn_data_type(const_dnnl_memory_desc_t description) {
  dnnl_data_type_t type = dnnl_data_type_undef;
  dnnl_memory_desc_query(description, dnnl_query_data_type, &type);
  return type;
}

static inline int64_t pdn_first_element(const_dnnl_memory_desc_t description) {
  int64_t offset = 0;
  dnnl_memory_desc_query(description, dnnl_query_submemory_offset_s64, &offset);
  return offset;
}

/// Bytes from the first to the last element. Early releases give a part that does not begin with its tensor the size
/// 0, as 2.x does; here it is the largest reach of an axis, blocks counted whole.
static inline size_t pdn_byte_count(const_dnnl_memory_desc_t description) {
  size_t byte_count = dnnl_memory_desc_get_size(description);
  if (byte_count > 0 || pdn_first_element(description) == 0) return byte_count;
  const dnnl_dims_t *extents = NULL, *strides = NULL, *block_extents = NULL, *block_axes = NULL;
  int block_count = 0;
  dnnl_memory_desc_query(description, dnnl_query_padded_dims, &extents);
  dnnl_memory_desc_query(description, dnnl_query_strides, &strides);
  dnnl_memory_desc_query(description, dnnl_query_inner_nblks_s32, &block_count);
  dnnl_memory_desc_query(description, dnnl_query_inner_blks, &block_extents);
  dnnl_memory_desc_query(description, dnnl_query_inner_idxs, &block_axes);
  int64_t largest = 1, block = 1;
  for (int index = 0; index < block_count; index++) block *= (*block_extents)[index];
  for (int axis = 0; axis < pdn_rank(description); axis++) {
    int64_t steps = (*extents)[axis];
    for (int index = 0; index < block_count; index++)
      if ((*block_axes)[index] == axis) steps /= (*block_extents)[index];
    int64_t reach = steps > 1 ? steps * (*strides)[axis] : block;
    if (reach > largest) largest = reach;
  }
  return (size_t)largest * dnnl_data_type_size(pdn_data_type(description));
}

/// Whether an operation wants to be given an argument. The gradients of a batch normalisation need no shift, which 2.x
/// demands and 3.x refuses, though it describes one.
static inline bool pdn_takes_argument(const_dnnl_primitive_desc_t descriptor, int argument) {
  if (argument != DNNL_ARG_SHIFT) return true;
  dnnl_prop_kind_t kind = dnnl_prop_kind_undef;
  dnnl_primitive_desc_query(descriptor, dnnl_query_prop_kind, 0, &kind);
  return kind == dnnl_forward_training || kind == dnnl_forward_inference;
}

/// Moves a descriptor on to the first, from itself on, whose implementation's name contains `name`.
static inline dnnl_status_t pdn_find_implementation(
    dnnl_primitive_desc_t *descriptor, dnnl_engine_t engine, const_dnnl_primitive_desc_t hint, const char *name) {
  (void)engine;
  (void)hint;
  dnnl_status_t status = dnnl_success;
  while (status == dnnl_success) {
    const char *text = "";
    dnnl_primitive_desc_query(*descriptor, dnnl_query_impl_info_str, 0, &text);
    if (strstr(text, name) != NULL) break;
    status = dnnl_primitive_desc_next_impl(*descriptor);
  }
  return status;
}

#endif
