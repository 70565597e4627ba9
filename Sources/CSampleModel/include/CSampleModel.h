/// The sample model, placed in the program by model.S.
#ifndef CSAMPLEMODEL_H
#define CSAMPLEMODEL_H

#include <stddef.h>

extern const unsigned char sample_model_begin[];
extern const unsigned char sample_model_end[];

/// A whole safetensors file, aligned to 64 bytes.
static inline const void *sample_model_bytes(void) { return sample_model_begin; }
static inline size_t sample_model_byte_count(void) { return (size_t)(sample_model_end - sample_model_begin); }

#endif
