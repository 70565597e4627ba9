import Tensors

/// Channels of all inputs, in order.
public struct ConcatenationOperation: Operation {
  public var title: String { "concatenation" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let first = inputs[0]
    var channels = 0
    for shape in inputs {
      var like = shape
      try ShapeMismatch.check(shape.rank == 4, "N×C×H×W")
      channels += shape[1]
      like[1] = first[1]
      try ShapeMismatch.check(like == first, "maps of one size")
    }
    return [first[0], channels, first[2], first[3]]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add("Concat", (0..<writer.inputCount).map { writer.input($0) }, [.integer("axis", 1)])
  }
}

extension Value {
  /// Channels of all the values, in order.
  public static func concatenated(_ values: [Value]) -> Value {
    precondition(!values.isEmpty, "a concatenation of nothing")
    return Value.applying(ConcatenationOperation(), to: values, name: "concatenate")
  }
}
