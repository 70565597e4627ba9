/// What an optimiser does to parameters, in one pass over their memory each.
///
/// Every element is worked by itself and in the order of operations that is written here, so that neither the threads nor
/// the processor's vectors show in the result.
#ifndef CCONVOLUTIONS_PARAMETER_UPDATES_H
#define CCONVOLUTIONS_PARAMETER_UPDATES_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What AdamW multiplies with in one step: see Loshchilov & Hutter 2019, algorithm 2.
typedef struct {
  float keep;          // 1 − rate · weight decay
  float first_gain;    // 1 − β₁
  float second_beta, second_gain;  // β₂, 1 − β₂
  float rate;          // rate / (1 − β₁ᵗ)
  float inverse_root_correction;   // 1 / √(1 − β₂ᵗ)
  float epsilon;
} pbk_adamw_factors;

/// m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²; p ← p · keep − rate · (m / (√v · correction + ε)).
void pbk_adamw(
    float *parameter, const float *gradient, float *first_moment, float *second_moment, size_t count,
    const pbk_adamw_factors *factors, int threads);

/// v ← momentum · v + g + decay · p; p ← p − rate · v, or with Nesterov's look ahead p ← p − rate · (g + decay · p + momentum · v).
void pbk_momentum(
    float *parameter, const float *gradient, float *velocity, size_t count, float momentum, float decay, float rate,
    bool is_nesterov, int threads);

/// average ← average + gain · (value − average).
void pbk_average(float *average, const float *value, size_t count, float gain, int threads);

#ifdef __cplusplus
}
#endif
#endif
