import Tensors

/// Nearest neighbour, both axes by the same whole factor.
public struct UpsamplingOperation: Operation {
  public var factor: Int

  public var title: String { "upsampling" }
  public var choosesElements: Bool { true }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(input.rank == 4 && factor > 0, "N×C×H×W")
    return [input[0], input[1], input[2] * factor, input[3] * factor]
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    ReceptiveField(extent: field.extent, jump: field.jump / Double(factor))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    range.lowerBound.flooredQuotient(by: factor)...range.upperBound.flooredQuotient(by: factor)
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    // The second input is a region of interest, of which this mode knows none.
    writer.add(
      "Resize", [writer.input, "", writer.constant("scales", [1, 1, Float(factor), Float(factor)])],
      [.text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"), .text("nearest_mode", "floor")])
  }
}

extension Value {
  /// Each element repeated `factor` times along both axes.
  public func upsampled(by factor: Int) -> Value { applying(UpsamplingOperation(factor: factor), name: "upsample") }
}
