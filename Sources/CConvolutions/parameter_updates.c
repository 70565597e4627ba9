#include "ParameterUpdates.h"

#include "CKernelRuntime.h"

#include <stdbool.h>
#include <string.h>

// A product and a sum are rounded one after the other, on every processor.
#pragma STDC FP_CONTRACT OFF

// Elements of a vector, and of an item of a parallel loop.
enum { LANES = 8, ITEM = 1 << 15 };

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

typedef struct {
  float *parameter;
  const float *gradient;
  float *first, *second;  // NULL where a rule has none
  size_t count;
  pbk_adamw_factors adamw;
  float momentum, decay, rate, gain;
} update;

// A vector of each memory.
typedef struct {
  vector parameter, gradient, first, second;
} operands;

typedef operands update_rule(const update *update, operands x);

static inline operands adamw(const update *update, operands x) {
  const pbk_adamw_factors *factors = &update->adamw;
  x.first = x.first + factors->first_gain * (x.gradient - x.first);
  x.second = factors->second_beta * x.second + factors->second_gain * (x.gradient * x.gradient);
  vector denominator = __builtin_elementwise_sqrt(x.second) * factors->inverse_root_correction + factors->epsilon;
  x.parameter = x.parameter * factors->keep - factors->rate * (x.first / denominator);
  return x;
}

static inline operands momentum(const update *update, operands x) {
  x.first = update->momentum * x.first + x.gradient + update->decay * x.parameter;
  x.parameter = x.parameter - update->rate * x.first;
  return x;
}

static inline operands nesterov(const update *update, operands x) {
  vector slope = x.gradient + update->decay * x.parameter;
  x.first = update->momentum * x.first + slope;
  x.parameter = x.parameter - update->rate * (slope + update->momentum * x.first);
  return x;
}

static inline operands average(const update *update, operands x) {
  x.parameter = x.parameter + update->gain * (x.gradient - x.parameter);
  return x;
}

// `count` elements from `first` on, at most a vector.
static inline __attribute__((always_inline)) void run_vector(
    const update *update, size_t first, size_t count, update_rule *rule) {
  const size_t size = count * sizeof(float);
  operands x = {0};
  memcpy(&x.parameter, update->parameter + first, size);
  memcpy(&x.gradient, update->gradient + first, size);
  if (update->first != NULL) memcpy(&x.first, update->first + first, size);
  if (update->second != NULL) memcpy(&x.second, update->second + first, size);
  x = rule(update, x);
  memcpy(update->parameter + first, &x.parameter, size);
  if (update->first != NULL) memcpy(update->first + first, &x.first, size);
  if (update->second != NULL) memcpy(update->second + first, &x.second, size);
}

static inline __attribute__((always_inline)) void run_item(const update *update, int item, update_rule *rule) {
  size_t index = (size_t)item * ITEM;
  const size_t end = update->count - index < ITEM ? update->count : index + ITEM;
  for (; index + LANES <= end; index += LANES) run_vector(update, index, LANES, rule);
  if (index < end) run_vector(update, index, end - index, rule);
}

static void run_adamw(void *context, int item, int thread) {
  (void)thread;
  run_item(context, item, adamw);
}

static void run_momentum(void *context, int item, int thread) {
  (void)thread;
  run_item(context, item, momentum);
}

static void run_nesterov(void *context, int item, int thread) {
  (void)thread;
  run_item(context, item, nesterov);
}

static void run_average(void *context, int item, int thread) {
  (void)thread;
  run_item(context, item, average);
}

static void run(update *update, int threads, pkr_body *body) {
  pkr_parallel_for((int)((update->count + ITEM - 1) / ITEM), threads, body, update);
}

void pbk_adamw(
    float *parameter, const float *gradient, float *first_moment, float *second_moment, size_t count,
    const pbk_adamw_factors *factors, int threads) {
  update update = {
      .parameter = parameter, .gradient = gradient, .first = first_moment, .second = second_moment, .count = count,
      .adamw = *factors};
  run(&update, threads, run_adamw);
}

void pbk_momentum(
    float *parameter, const float *gradient, float *velocity, size_t count, float momentum, float decay, float rate,
    bool is_nesterov, int threads) {
  update update = {
      .parameter = parameter, .gradient = gradient, .first = velocity, .count = count, .momentum = momentum,
      .decay = decay, .rate = rate};
  run(&update, threads, is_nesterov ? run_nesterov : run_momentum);
}

void pbk_average(float *average, const float *value, size_t count, float gain, int threads) {
  update update = {.parameter = average, .gradient = value, .count = count, .gain = gain};
  run(&update, threads, run_average);
}
