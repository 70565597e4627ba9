import Tensors

/// Product of a map and another of its shape, or one factor per channel, N×C×1×1.
public struct MultiplicationOperation: Operation {
  public var title: String { "multiplication" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let first = inputs[0]
    try ShapeMismatch.check(inputs.count == 2 && first.rank == 4, "two values, the first N×C×H×W")
    let perChannel: TensorShape = [first[0], first[1], 1, 1]
    try ShapeMismatch.check(
      inputs[1] == first || inputs[1] == perChannel, "factors of shape \(first) or \(perChannel)")
    return first
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add("Mul", [writer.input(0), writer.input(1)])
  }
}

extension Value {
  /// Element by element; `right` may be one factor per channel, N×C×1×1, as in squeeze-and-excitation blocks.
  public static func * (left: Value, right: Value) -> Value {
    applying(MultiplicationOperation(), to: [left, right], name: "multiply")
  }
}
