import Tensors

/// Zeroes a fraction of the elements in training and scales the others up; does nothing in inference.
public struct DropoutOperation: Operation {
  public var rate: Float

  public var title: String { "dropout" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape { inputs[0] }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String { writer.input }
}

extension Value {
  /// Zeroes elements with probability `rate` in training.
  public func droppedOut(rate: Float) -> Value { applying(DropoutOperation(rate: rate), name: "dropout") }
}
