import Tensors

/// Batch normalisation over N, H, W. Parameters `NAME.weight` (γ), `.bias` (β), `.running_mean`, `.running_var`.
public struct BatchNormalization: Sendable {
  public var name: String
  public var channels: Int
  public var epsilon: Float
  public var momentum: Float

  public init(_ name: String, channels: Int, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.name = name
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public func callAsFunction(_ x: Value) -> Value {
    let operation = BatchNormalizationOperation(
      channels: channels, scale: "\(name).weight", shift: "\(name).bias", runningMean: "\(name).running_mean",
      runningVariance: "\(name).running_var", epsilon: epsilon, momentum: momentum)
    x.declare(operation.scale, [channels], .scale)
    x.declare(operation.shift, [channels], .shift)
    x.declare(operation.runningMean, [channels], .runningMean)
    x.declare(operation.runningVariance, [channels], .runningVariance)
    return x.applying(operation, name: name)
  }
}

/// A batch normalisation in a graph. Names are parameter names.
public struct BatchNormalizationOperation: Operation {
  public var channels: Int
  public var scale: String
  public var shift: String
  public var runningMean: String
  public var runningVariance: String
  public var epsilon: Float
  /// Weight of the newest batch in the running statistics, 0.1 as in PyTorch.
  public var momentum: Float
  /// Followed by ReLU; set by a pass.
  public var relu = false

  public var title: String { relu ? "batch norm, ReLU" : "batch norm" }
  public var trainableParameters: [String] { [scale, shift] }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs[0].rank == 4 && inputs[0][1] == channels, "N×\(channels)×H×W")
    return inputs[0]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let parameters = [scale, shift, runningMean, runningVariance].map { writer.parameter($0) }
    let result = writer.add("BatchNormalization", [writer.input] + parameters, [.float("epsilon", epsilon)])
    return relu ? writer.add("Relu", [result]) : result
  }
}
