import Tensors

/// Whether what is written out comes to what the kernels computed.
package enum KernelCheck {
  /// Of the size of the terms: kernels work in single precision, and some in another order.
  static let tolerance = 1e-5

  /// Throws a ``WorkedExampleError`` naming the first number that differs by more than rounding.
  static func compare(_ numbers: [WorkedNumber], with computed: Tensor, step: String) throws(WorkedExampleError) {
    guard numbers.count == computed.elementCount else {
      throw WorkedExampleError(
        .disagreement,
        "\(step): \(numbers.count) numbers are written out, but kernels computed \(computed.elementCount)")
    }
    for (index, number) in numbers.enumerated() {
      try compare(number, with: Double(computed[index]), step: step)
    }
  }

  package static func compare(_ number: WorkedNumber, with computed: Double, step: String) throws(WorkedExampleError) {
    let allowed = tolerance * max(number.formula.magnitude, 1e-12)
    guard abs(number.value - computed) <= allowed else {
      throw WorkedExampleError(
        .disagreement,
        "\(step): \(number.place) = \(number.formula.text) = \(NumberText.of(number.value)), but the kernels computed "
          + NumberText.of(computed))
    }
  }
}
