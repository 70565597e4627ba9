// ---- batch normalisation ----------------------------------------------------------------------------------

INLINE lanes NAME(logistic)(lanes x) { return 1 / (1 + NAME(exponential)(-x)); }

// The activation's derivative.
INLINE lanes NAME(slope)(const pbk_activation activation, float alpha, float beta, lanes x) {
  const lanes zero = {0}, one = zero + 1;
  switch (activation) {
  case PBK_NO_ACTIVATION: return one;
  case PBK_RELU: return NAME(select)(x > zero, one, zero + alpha);
  case PBK_CLIP: return NAME(select)((x > zero + alpha) & (x < zero + beta), one, zero);
  case PBK_HARD_SWISH: return NAME(select)(x <= zero - 3, zero, NAME(select)(x >= zero + 3, one, x / 3 + 0.5f));
  case PBK_SILU: {
    lanes sigmoid = NAME(logistic)(x);
    return sigmoid * (1 + x * (1 - sigmoid));
  }
  }
  return one;
}

// The mean of the cells of one piece, and the sum of their squared distances from it.
static TARGET void NAME(moments)(const float *cells, int count, float *mean, float *squares) {
  lanes sums[4] = {{0}};
  int cell = 0;
  for (; cell + 4 <= count; cell += 4)
    for (int next = 0; next < 4; next++) sums[next] += *(const lanes *)(cells + (cell + next) * LANES);
  for (; cell < count; cell++) sums[0] += *(const lanes *)(cells + cell * LANES);
  const lanes middle = ((sums[0] + sums[1]) + (sums[2] + sums[3])) / (float)count;
  for (int next = 0; next < 4; next++) sums[next] = (lanes){0};
  for (cell = 0; cell + 4 <= count; cell += 4)
    for (int next = 0; next < 4; next++) {
      lanes distance = *(const lanes *)(cells + (cell + next) * LANES) - middle;
      sums[next] += distance * distance;
    }
  for (; cell < count; cell++) {
    lanes distance = *(const lanes *)(cells + cell * LANES) - middle;
    sums[0] += distance * distance;
  }
  *(lanes *)mean = middle;
  *(lanes *)squares = (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

INLINE void NAME(normalize_cells)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *addend, float *result, int count,
    const pbk_activation activation) {
  const NAME(epilogue) epilogue = {{0}, activation, n->alpha, n->beta, false};
  const lanes factor = *(const lanes *)factors, shift = *(const lanes *)(factors + LANES);
  if (addend == NULL)
    for (ptrdiff_t cell = 0; cell < (ptrdiff_t)count * LANES; cell += LANES)
      *(lanes *)(result + cell) = NAME(activate)(epilogue, *(const lanes *)(cells + cell) * factor + shift);
  else
    for (ptrdiff_t cell = 0; cell < (ptrdiff_t)count * LANES; cell += LANES)
      *(lanes *)(result + cell) =
          NAME(activate)(epilogue, *(const lanes *)(cells + cell) * factor + shift) + *(const lanes *)(addend + cell);
}

static TARGET void NAME(normalize)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *addend, float *result,
    int count) {
  switch (n->activation) {
  case PBK_NO_ACTIVATION:
    NAME(normalize_cells)(n, factors, cells, addend, result, count, PBK_NO_ACTIVATION);
    break;
  case PBK_RELU: NAME(normalize_cells)(n, factors, cells, addend, result, count, PBK_RELU); break;
  default: NAME(normalize_cells)(n, factors, cells, addend, result, count, n->activation);
  }
}

// Sums over the cells of the slope g of the normalised values, and of g times the distance from the mean.
INLINE void NAME(slope_cells)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *gradient, int count,
    float *sums, const pbk_activation activation) {
  const lanes factor = *(const lanes *)factors, shift = *(const lanes *)(factors + LANES);
  const lanes mean = *(const lanes *)(factors + 2 * LANES);
  lanes slopes[4] = {{0}}, products[4] = {{0}};
  int cell = 0;
  for (; cell + 4 <= count; cell += 4)
#pragma clang loop unroll(full)
    for (int next = 0; next < 4; next++) {
      const ptrdiff_t offset = (ptrdiff_t)(cell + next) * LANES;
      lanes x = *(const lanes *)(cells + offset);
      lanes g = *(const lanes *)(gradient + offset) * NAME(slope)(activation, n->alpha, n->beta, x * factor + shift);
      slopes[next] += g;
      products[next] += g * (x - mean);
    }
  for (; cell < count; cell++) {
    lanes x = *(const lanes *)(cells + (ptrdiff_t)cell * LANES);
    lanes g = *(const lanes *)(gradient + (ptrdiff_t)cell * LANES)
        * NAME(slope)(activation, n->alpha, n->beta, x * factor + shift);
    slopes[0] += g;
    products[0] += g * (x - mean);
  }
  *(lanes *)sums = (slopes[0] + slopes[1]) + (slopes[2] + slopes[3]);
  *(lanes *)(sums + LANES) = (products[0] + products[1]) + (products[2] + products[3]);
}

// factor · g − c · x − d for every cell.
INLINE void NAME(spread_slope_cells)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *gradient, float *result,
    int count, const pbk_activation activation) {
  const lanes factor = *(const lanes *)factors, shift = *(const lanes *)(factors + LANES);
  const lanes c = *(const lanes *)(factors + 3 * LANES), d = *(const lanes *)(factors + 4 * LANES);
  for (ptrdiff_t cell = 0; cell < (ptrdiff_t)count * LANES; cell += LANES) {
    lanes x = *(const lanes *)(cells + cell);
    lanes g = *(const lanes *)(gradient + cell) * NAME(slope)(activation, n->alpha, n->beta, x * factor + shift);
    *(lanes *)(result + cell) = factor * g - c * x - d;
  }
}

static TARGET void NAME(sum_slopes)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *gradient, int count,
    float *sums) {
  switch (n->activation) {
  case PBK_NO_ACTIVATION: NAME(slope_cells)(n, factors, cells, gradient, count, sums, PBK_NO_ACTIVATION); break;
  case PBK_RELU: NAME(slope_cells)(n, factors, cells, gradient, count, sums, PBK_RELU); break;
  default: NAME(slope_cells)(n, factors, cells, gradient, count, sums, n->activation);
  }
}

static TARGET void NAME(spread_slopes)(
    const pbk_normalization *n, const float *factors, const float *cells, const float *gradient, float *result,
    int count) {
  switch (n->activation) {
  case PBK_NO_ACTIVATION:
    NAME(spread_slope_cells)(n, factors, cells, gradient, result, count, PBK_NO_ACTIVATION);
    break;
  case PBK_RELU: NAME(spread_slope_cells)(n, factors, cells, gradient, result, count, PBK_RELU); break;
  default: NAME(spread_slope_cells)(n, factors, cells, gradient, result, count, n->activation);
  }
}

const pbk_normalization_kernels NAME(pbk_normalization_kernels) = {
    NAME(moments),
    NAME(normalize),
    NAME(sum_slopes),
    NAME(spread_slopes),
};
