import Tensors

/// Some of a map's channels.
public struct ChannelSliceOperation: Operation {
  public var first: Int
  public var count: Int

  public var title: String { "channels" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(
      input.rank == 4 && first >= 0 && count > 0 && first + count <= input[1],
      "N×C×H×W with at least \(first + count) channels")
    return [input[0], count, input[2], input[3]]
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let (starts, ends) = (writer.constant("starts", [first]), writer.constant("ends", [first + count]))
    return writer.add("Slice", [writer.input, starts, ends, writer.constant("axes", [1])])
  }
}

extension Value {
  /// `count` channels from `first` on.
  public func channels(from first: Int, count: Int) -> Value {
    applying(ChannelSliceOperation(first: first, count: count), name: "channels")
  }
}
