// LANES floats at a time, and what happens to a sum before it is written; part of kernels.h and bf16_kernels.c, for every
// instruction set.

// Vectors are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int marks __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE lanes NAME(splat)(float value) { return value - (lanes){0}; }
INLINE lanes NAME(select)(marks where, lanes a, lanes b) { return (lanes)(((marks)a & where) | ((marks)b & ~where)); }
INLINE lanes NAME(larger)(lanes a, lanes b) { return NAME(select)(a > b, a, b); }
INLINE lanes NAME(smaller)(lanes a, lanes b) { return NAME(select)(a < b, a, b); }

// exp by the Cephes library's polynomial: 2^n · e^r with |r| ≤ ln 2 / 2; relative error below 2e-7.
INLINE lanes NAME(exponential)(lanes x) {
  x = NAME(smaller)(NAME(larger)(x, NAME(splat)(-87.0f)), NAME(splat)(88.0f));
  const lanes magic = NAME(splat)(12582912.0f);  // 1.5 · 2^23: adding it rounds to an integer
  lanes shifted = x * 1.44269504f + magic, n = shifted - magic;
  lanes r = x - n * 0.693359375f + n * 2.12194440e-4f;
  lanes p = NAME(splat)(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * (lanes)(((marks)shifted - (marks)magic + 127) << 23);
}

// What happens to a sum.
typedef struct {
  lanes bias;
  pbk_activation activation;
  float alpha, beta;
  bool activates_first;
} NAME(epilogue);

INLINE NAME(epilogue) NAME(epilogue_of)(const pbk_convolution *c) {
  return (NAME(epilogue)){{0}, c->activation, c->alpha, c->beta, c->activates_first};
}

INLINE lanes NAME(activate)(const NAME(epilogue) epilogue, lanes x) {
  const lanes zero = {0};
  switch (epilogue.activation) {
  case PBK_NO_ACTIVATION: return x;
  case PBK_RELU: return NAME(select)(x > zero, x, x * epilogue.alpha);
  case PBK_CLIP: return NAME(smaller)(NAME(larger)(x, zero + epilogue.alpha), zero + epilogue.beta);
  case PBK_HARD_SWISH: return x * NAME(smaller)(NAME(larger)(x / 6 + 0.5f, zero), zero + 1);
  case PBK_SILU: return x / (1 + NAME(exponential)(-x));
  }
  return x;
}

// Bias, activation and addend, which may be NULL, in the convolution's order.
INLINE lanes NAME(finish)(const NAME(epilogue) epilogue, lanes sum, const float *addend) {
  sum += epilogue.bias;
  if (addend == NULL) return NAME(activate)(epilogue, sum);
  if (epilogue.activates_first) return NAME(activate)(epilogue, sum) + *(const lanes *)addend;
  return NAME(activate)(epilogue, sum + *(const lanes *)addend);
}
