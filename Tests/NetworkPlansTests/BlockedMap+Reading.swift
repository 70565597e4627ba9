import NetworkPlans
import Tensors

extension BlockedMap {
  /// Writes every element; 0 into the padding. `plan` owns the memory.
  func write(_ tensor: Tensor, of plan: AnyObject) {
    withExtendedLifetime(plan) {
      clear()
      for (index, offset) in offsets.enumerated() { pointer[offset] = tensor[index] }
    }
  }

  func read(of plan: AnyObject) -> (values: Tensor, padding: [Float]) {
    withExtendedLifetime(plan) {
      let places = Set(offsets)
      let padding = (0..<elementCount).filter { !places.contains($0) }.map { pointer[$0] }
      return (Tensor(shape: shape, values: offsets.map { pointer[$0] }), padding)
    }
  }

  /// Places of the elements in row-major order.
  private var offsets: [Int] {
    (0..<shape.elementCount).map { index in
      let (rows, column) = index.quotientAndRemainder(dividingBy: width)
      let (planes, row) = rows.quotientAndRemainder(dividingBy: height)
      return offset(image: planes / channels, channel: planes % channels, row: row, column: column)
    }
  }
}
