// One line of a tile through Winograd's matrices; part of kernels.h, for every instruction set.
// ---- Winograd: Lavin & Gray 2015, F(2×2, 3×3) and F(4×4, 3×3) of their §4, and F(6×6, 3×3) with the points
// 0, ±1, ±2, ±½; for stride 2 F(2, 2) with the points 0, 1 and F(4, 2) with 0, ±1, 2 on the even cells, while the odd
// ones pass ------------------------------------------------------------------------------------------------------

// One line of a tile: Bᵀ d.
INLINE void NAME(input_line)(const int tile, const int stride, const lanes *d, size_t step, lanes *out, size_t out_step) {
#define IN(i) d[(i) * step]
#define OUT(i) out[(i) * out_step]
  if (stride == 2) {
    if (tile == 2) {
      OUT(0) = IN(0) - IN(2);
      OUT(1) = IN(2);
      OUT(2) = IN(4) - IN(2);
    } else {
      lanes a = IN(6) - IN(2);
      OUT(0) = 2 * (IN(0) - IN(4)) + a;
      OUT(1) = a - IN(2) - IN(4);
      OUT(2) = a + 3 * (IN(2) - IN(4));
      OUT(3) = a;
      OUT(4) = IN(8) - IN(4) - 2 * a;
    }
    for (int odd = 0; odd < tile; odd++) OUT(tile + 1 + odd) = IN(2 * odd + 1);
  } else if (tile == 2) {
    OUT(0) = IN(0) - IN(2);
    OUT(1) = IN(1) + IN(2);
    OUT(2) = IN(2) - IN(1);
    OUT(3) = IN(1) - IN(3);
  } else if (tile == 4) {
    lanes a = IN(4) - 4 * IN(2), b = IN(3) - 4 * IN(1), c = IN(4) - IN(2), e = 2 * (IN(3) - IN(1));
    OUT(0) = 4 * IN(0) - 5 * IN(2) + IN(4);
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = 4 * IN(1) - 5 * IN(3) + IN(5);
  } else {
    lanes a = IN(2) + IN(6) - 4.25f * IN(4), b = IN(1) + IN(5) - 4.25f * IN(3);
    lanes c = IN(6) + 0.25f * IN(2) - 1.25f * IN(4), e = 0.5f * IN(1) - 2.5f * IN(3) + 2 * IN(5);
    lanes f = IN(6) + 4 * (IN(2) - 1.25f * IN(4)), g = 2 * IN(1) - 2.5f * IN(3) + 0.5f * IN(5);
    OUT(0) = IN(0) - IN(6) + 5.25f * (IN(4) - IN(2));
    OUT(7) = IN(7) - IN(1) + 5.25f * (IN(3) - IN(5));
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = f + g;
    OUT(6) = f - g;
  }
}

// One line of a product: Aᵀ m.
INLINE void NAME(output_line)(const int tile, const int stride, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (stride == 2 && tile == 2) {
    OUT(0) = IN(0) + IN(1) + IN(3);
    OUT(1) = IN(1) + IN(2) + IN(4);
  } else if (stride == 2) {
    lanes a = IN(1) + IN(2), b = IN(1) - IN(2);
    OUT(0) = IN(0) + a + IN(3) + IN(5);
    OUT(1) = b + 2 * IN(3) + IN(6);
    OUT(2) = a + 4 * IN(3) + IN(7);
    OUT(3) = b + 8 * IN(3) + IN(4) + IN(8);
  } else if (tile == 2) {
    OUT(0) = IN(0) + IN(1) + IN(2);
    OUT(1) = IN(1) - IN(2) - IN(3);
  } else if (tile == 4) {
    lanes a = IN(1) + IN(2), b = IN(1) - IN(2), c = IN(3) + IN(4), e = IN(3) - IN(4);
    OUT(0) = IN(0) + a + c;
    OUT(1) = b + 2 * e;
    OUT(2) = a + 4 * c;
    OUT(3) = b + 8 * e + IN(5);
  } else {
    lanes a = IN(1) + IN(2), b = IN(1) - IN(2), c = IN(3) + IN(4), e = IN(3) - IN(4);
    lanes f = IN(5) + IN(6), g = IN(5) - IN(6);
    OUT(0) = IN(0) + a + c + 32 * f;
    OUT(1) = b + 2 * e + 16 * g;
    OUT(2) = a + 4 * c + 8 * f;
    OUT(3) = b + 8 * e + 4 * g;
    OUT(4) = a + 16 * c + 2 * f;
    OUT(5) = b + 32 * e + g + IN(7);
  }
}

// One line of an output's gradient: A d.
INLINE void NAME(gradient_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (tile == 2) {
    OUT(0) = IN(0);
    OUT(1) = IN(0) + IN(1);
    OUT(2) = IN(0) - IN(1);
    OUT(3) = -IN(1);
  } else if (tile == 4) {
    lanes a = IN(0) + IN(2), b = IN(1) + IN(3), c = IN(0) + 4 * IN(2), e = 2 * IN(1) + 8 * IN(3);
    OUT(0) = IN(0);
    OUT(1) = a + b;
    OUT(2) = a - b;
    OUT(3) = c + e;
    OUT(4) = c - e;
    OUT(5) = IN(3);
  }
}

// One line of a kernel's gradient: Gᵀ u.
INLINE void NAME(weight_gradient_line)(const int tile, const lanes *d, size_t step, lanes *out, size_t out_step) {
  if (tile == 2) {
    lanes a = 0.5f * (IN(1) + IN(2));
    OUT(0) = IN(0) + a;
    OUT(1) = 0.5f * (IN(1) - IN(2));
    OUT(2) = a + IN(3);
  } else if (tile == 4) {
    lanes a = (IN(1) + IN(2)) / -6, c = (IN(3) + IN(4)) / 24;
    OUT(0) = 0.25f * IN(0) + a + c;
    OUT(1) = (IN(1) - IN(2)) / -6 + (IN(3) - IN(4)) / 12;
    OUT(2) = a + 4 * c + IN(5);
  }
}

// One line of a kernel: G g.
INLINE void NAME(weight_line)(const int tile, const int stride, const lanes *d, size_t step, lanes *out, size_t out_step) {
  lanes even = IN(0) + IN(2);
  OUT(0) = IN(0);
  OUT(tile + 1) = IN(2);
  if (stride == 2) {
    OUT(1) = even;
    if (tile == 4) {
      OUT(0) = 0.5f * IN(0);
      OUT(1) = -0.5f * even;
      OUT(2) = (IN(0) - IN(2)) / -6;
      OUT(3) = (IN(0) + 2 * IN(2)) / 6;
    }
    OUT(tile) = IN(2);
    OUT(tile + 1) = IN(1);
  } else if (tile == 2) {
    OUT(1) = 0.5f * (even + IN(1));
    OUT(2) = 0.5f * (even - IN(1));
  } else if (tile == 4) {
    lanes wide = IN(0) + 4 * IN(2);
    OUT(0) = 0.25f * IN(0);
    OUT(1) = (even + IN(1)) / -6;
    OUT(2) = (even - IN(1)) / -6;
    OUT(3) = (wide + 2 * IN(1)) / 24;
    OUT(4) = (wide - 2 * IN(1)) / 24;
  } else {
    lanes wide = IN(0) + 4 * IN(2), narrow = 4 * IN(0) + IN(2);
    OUT(1) = (even + IN(1)) * -2 / 9;
    OUT(2) = (even - IN(1)) * -2 / 9;
    OUT(3) = (wide + 2 * IN(1)) / 90;
    OUT(4) = (wide - 2 * IN(1)) / 90;
    OUT(5) = (narrow + 2 * IN(1)) / 180;
    OUT(6) = (narrow - 2 * IN(1)) / 180;
  }
#undef IN
#undef OUT
}
