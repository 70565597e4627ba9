import Tensors

/// Fully connected layer on N×F values. Parameters `NAME.weight` (output × input features), `NAME.bias`.
public struct InnerProduct: Sendable {
  public var name: String
  public var inputFeatures: Int
  public var outputFeatures: Int
  public var hasBias: Bool

  public init(_ name: String, inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true) {
    self.name = name
    self.inputFeatures = inputFeatures
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  public func callAsFunction(_ x: Value) -> Value {
    let bias = hasBias ? "\(name).bias" : nil
    x.declare("\(name).weight", [outputFeatures, inputFeatures], .weight)
    if let bias { x.declare(bias, [outputFeatures], .bias) }
    return x.applying(
      InnerProductOperation(
        inputFeatures: inputFeatures, outputFeatures: outputFeatures, weight: "\(name).weight", bias: bias), name: name)
  }
}

/// A fully connected layer in a graph, on N×F values, or on N×C×H×W with C·H·W = F in that order. Names are parameter names.
public struct InnerProductOperation: Operation {
  public var inputFeatures: Int
  public var outputFeatures: Int
  public var weight: String
  public var bias: String?

  public var title: String { "fully connected" }
  public var trainableParameters: [String] { [weight, bias].compactMap(\.self) }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(
      (input.rank == 2 || input.rank == 4) && input.elementCount == input[0] * inputFeatures, "N×\(inputFeatures)")
    return [input[0], outputFeatures]
  }

  public func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int {
    2 * output[0] * inputFeatures * outputFeatures
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { nil }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let isMap = writer.inputShape.rank == 4
    let values = isMap ? writer.add("Flatten", [writer.input], [.integer("axis", 1)]) : writer.input
    let weights = trainableParameters.map { writer.parameter($0) }
    return writer.add("Gemm", [values] + weights, [.integer("transB", 1)])
  }
}
