import Tensors

/// Sum of two values, followed by ReLU where a pass has fused it.
public struct AdditionOperation: Operation {
  public var relu = false

  public var title: String { relu ? "addition, ReLU" : "addition" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs.count == 2 && inputs[0] == inputs[1], "two values of one shape")
    return inputs[0]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let sum = writer.add("Add", [writer.input(0), writer.input(1)])
    return relu ? writer.add("Relu", [sum]) : sum
  }
}

extension Value {
  public static func + (left: Value, right: Value) -> Value {
    applying(AdditionOperation(), to: [left, right], name: "add")
  }
}
