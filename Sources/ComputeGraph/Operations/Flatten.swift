import Tensors

/// N×C×H×W → N×(C·H·W).
public struct FlattenOperation: Operation {
  public var title: String { "flatten" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    [inputs[0][0], inputs[0].elementCount / max(1, inputs[0][0])]
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { nil }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add("Flatten", [writer.input], [.integer("axis", 1)])
  }
}

extension Value {
  /// N×C×H×W → N×(C·H·W).
  public func flattened() -> Value { applying(FlattenOperation(), name: "flatten") }
}
