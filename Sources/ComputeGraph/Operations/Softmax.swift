import Tensors

/// Softmax over the channels.
public struct SoftmaxOperation: Operation {
  public var title: String { "softmax" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs[0].rank == 2 || inputs[0].rank == 4, "N×C or N×C×H×W")
    return inputs[0]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add("Softmax", [writer.input], [.integer("axis", 1)])
  }
}

extension Value {
  /// Softmax over the channels.
  public func softmax() -> Value { applying(SoftmaxOperation(), name: "softmax") }
}
