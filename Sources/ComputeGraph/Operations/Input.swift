import Tensors

/// The network's input, N×C×H×W.
public struct InputOperation: Operation {
  public var channels: Int

  public var title: String { "input" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(
      inputs[0].rank == 4 && inputs[0][1] == channels && inputs[0].elementCount > 0,
      "N×\(channels)×H×W with every extent above zero")
    return inputs[0]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String { writer.networkInput }
}
