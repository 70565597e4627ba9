import DetectionUtilities

/// A box that a cell predicts, with what the chain rule needs.
struct DecodedBox {
  /// Corner form, pixels of the network's input.
  var box: BoundingBox
  /// The derivatives of (centre x, centre y, width, height), each with respect to its own raw number tx, ty, tw, th.
  var derivatives: SIMD4<Double>

  /// The gradient with respect to (tx, ty, tw, th) of something whose gradient with respect to (x1, y1, x2, y2) is
  /// given.
  func rawGradient(corners gradient: SIMD4<Double>) -> SIMD4<Double> {
    derivatives
      * SIMD4(
        gradient.x + gradient.z, gradient.y + gradient.w, (gradient.z - gradient.x) / 2, (gradient.w - gradient.y) / 2)
  }
}
