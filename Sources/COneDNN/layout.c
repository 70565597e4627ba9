#include "internal.h"

#include <stdlib.h>
#include <string.h>

// Takes ownership of the description.
static pdn_layout *layout_owning(dnnl_memory_desc_t description) {
  pdn_layout *layout = malloc(sizeof *layout);
  if (layout == NULL) {
    dnnl_memory_desc_destroy(description);
    return pdn_fail("a layout", dnnl_out_of_memory);
  }
  layout->description = description;
  return layout;
}

pdn_layout *pdn_layout_from(const_dnnl_memory_desc_t description) {
  dnnl_memory_desc_t copy;
  dnnl_status_t status = dnnl_memory_desc_clone(&copy, description);
  return status == dnnl_success ? layout_owning(copy) : pdn_fail("a layout", status);
}

static dnnl_format_tag_t tag_for(pdn_order order, int rank) {
  if (rank == 4 && order == PDN_CHANNEL_BLOCKED) return pdn_channel_block() == 16 ? dnnl_nChw16c : dnnl_nChw8c;
  if (rank == 4 && order == PDN_CHANNELS_LAST) return dnnl_nhwc;
  if (order == PDN_INPUT_MAJOR) return rank == 4 ? dnnl_bacd : rank == 5 ? dnnl_acbde : dnnl_format_tag_undef;
  if (order != PDN_PLAIN) return dnnl_format_tag_undef;
  switch (rank) {
  case 1: return dnnl_a;
  case 2: return dnnl_ab;
  case 3: return dnnl_abc;
  case 4: return dnnl_abcd;
  case 5: return dnnl_abcde;
  default: return dnnl_format_tag_undef;
  }
}

static dnnl_data_type_t data_type(pdn_element element) {
  switch (element) {
  case PDN_BF16: return dnnl_bf16;
  case PDN_UNSIGNED_BYTE: return dnnl_u8;
  case PDN_SIGNED_BYTE: return dnnl_s8;
  default: return dnnl_f32;
  }
}

pdn_layout *pdn_layout_create(pdn_order order, pdn_element element, int rank, const int64_t *extents) {
  dnnl_format_tag_t tag = tag_for(order, rank);
  if (tag == dnnl_format_tag_undef) return pdn_fail("a layout of this rank and order", dnnl_invalid_arguments);
  dnnl_memory_desc_t description;
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(&description, rank, extents, data_type(element), tag);
  return status == dnnl_success ? layout_owning(description) : pdn_fail("a layout", status);
}

pdn_layout *pdn_layout_channels(const pdn_layout *layout, int64_t first, int64_t count) {
  dnnl_dims_t extents, offsets = {0};
  memcpy(extents, pdn_extents(layout->description), (size_t)pdn_rank(layout->description) * sizeof *extents);
  extents[1] = count;
  offsets[1] = first;
  dnnl_memory_desc_t part;
  dnnl_status_t status = dnnl_memory_desc_create_submemory(&part, layout->description, extents, offsets);
  return status == dnnl_success ? layout_owning(part) : pdn_fail("a range of channels", status);
}

pdn_layout *pdn_layout_copy(const pdn_layout *layout) { return pdn_layout_from(layout->description); }

void pdn_layout_destroy(pdn_layout *layout) {
  if (layout == NULL) return;
  dnnl_memory_desc_destroy(layout->description);
  free(layout);
}

bool pdn_layout_equal(const pdn_layout *left, const pdn_layout *right) {
  return dnnl_memory_desc_equal(left->description, right->description) != 0;
}

size_t pdn_layout_byte_count(const pdn_layout *layout) { return pdn_byte_count(layout->description); }

size_t pdn_layout_byte_offset(const pdn_layout *layout) {
  return (size_t)pdn_first_element(layout->description) * sizeof(float);
}
