import ComputeGraph
import Tensors

/// A window that keeps the maximum, the mean, or the root of the sum of squares.
struct PoolingLayer: TracedLayer {
  enum Kind: String, CaseIterable {
    case maximum
    case average
    case l2 = "L2"
  }

  var kind = Kind.maximum
  var size = 2
  var stride = 2
  var padding = 0
  /// Rounds the size of the result up, so that the last window may hang over the edge.
  var ceilMode = false

  var symbol: String { "P" }

  var title: String {
    "\(kind.rawValue) pooling, \(size)×\(size), stride \(stride), padding \(padding), "
      + (ceilMode ? "rounded up (ceil)" : "rounded down (floor)")
  }

  func check(_ input: TensorShape) throws(WorkedExampleError) {
    for (axis, word) in [(2, "rows"), (3, "columns")] where input[axis] + 2 * padding < size && !ceilMode {
      throw WorkedExampleError(
        "\(input[axis] + 2 * padding) \(word), padding included, have no room for a window of \(size)")
    }
  }

  func notes(input: TensorShape, output: TensorShape) -> [String] {
    [(2, "rows"), (3, "columns")].map { axis, word in
      let room = input[axis] - size + 2 * padding
      let rounding = room % stride == 0 ? "" : ceilMode ? ", rounded up" : ", rounded down"
      return "\(word): (\(input[axis]) - \(size) + 2·\(padding))/\(stride) + 1 = \(output[axis])\(rounding)"
    }
  }

  func callAsFunction(_ x: Value) -> Value {
    switch kind {
    case .maximum: x.maxPooled(kernelSize: size, stride: stride, padding: padding, ceilMode: ceilMode)
    case .average:
      x.averagePooled(
        kernelSize: size, stride: stride, padding: padding, ceilMode: ceilMode, countsPadding: padding > 0)
    case .l2: x.l2Pooled(kernelSize: size, stride: stride, padding: padding, ceilMode: ceilMode)
    }
  }

  func termCount(input: TensorShape) -> Int { min(size * size, input[2] * input[3]) }

  func formula(_ place: Place, of input: Tensor) -> Formula {
    let values = window(of: place, in: input.shape).map { input.number(place.channel, $0.row, $0.column) }
    switch kind {
    case .maximum: return .maximum(values)
    case .average: return .quotient(.sum(values.map { .number($0) }), .number(divisor(values.count)))
    case .l2: return .rootOfSquares(values)
    }
  }

  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula {
    var terms: [Formula] = []
    for target in Place.all(of: gradient.shape) where target.channel == place.channel {
      let window = window(of: target, in: input.shape)
      guard window.contains(where: { $0.row == place.row && $0.column == place.column }) else { continue }
      let flowing = gradient.number(target)
      switch kind {
      case .maximum:
        // The first of several largest, as the kernels choose.
        let largest = output.number(target)
        let winner = window.first { input.number(place.channel, $0.row, $0.column) == largest }
        if winner?.row == place.row, winner?.column == place.column { terms.append(.number(flowing)) }
      case .average: terms.append(.quotient(.number(flowing), .number(divisor(window.count))))
      case .l2:
        let root = output.number(target)
        terms.append(root == 0 ? .number(0) : .quotient(.product(flowing, input.number(place)), .number(root)))
      }
    }
    return .sum(terms)
  }

  /// With padding the zeros count; without it a window that hangs over the edge is smaller.
  private func divisor(_ count: Int) -> Double { Double(padding > 0 ? size * size : count) }

  /// The places inside the input under a window.
  private func window(of place: Place, in shape: TensorShape) -> [(row: Int, column: Int)] {
    let (top, left) = (place.row * stride - padding, place.column * stride - padding)
    return (max(0, top)..<min(shape[2], top + size)).flatMap { row in
      (max(0, left)..<min(shape[3], left + size)).map { (row, $0) }
    }
  }
}
