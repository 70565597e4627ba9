import Tensors

/// A map resized to the rows and columns of another value, of which only the shape matters: N×C×H×W and N×D×H'×W' to N×C×H'×W'.
///
/// Elements stand at the middles of their cells and values beyond the edge are those of the edge, as PyTorch's `interpolate`
/// has it with `align_corners=False`: the element at row y lies at (y + 1/2) · H / H' − 1/2 of the input and is a blend of the
/// two rows beside it; columns likewise. Enlarged or shrunk, no more than two rows and columns count.
public struct BilinearResizingOperation: Operation {
  public var title: String { "bilinear resizing" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(
      inputs.count == 2 && inputs.allSatisfy { $0.rank == 4 && $0.elementCount > 0 } && inputs[0][0] == inputs[1][0],
      "N×C×H×W and N×D×H'×W'")
    return [inputs[0][0], inputs[0][1], inputs[1][2], inputs[1][3]]
  }

  public func readsElements(ofInput position: Int) -> Bool { position == 0 }

  public func receptiveField(
    _ field: ReceptiveField, input shape: TensorShape, output: TensorShape
  ) -> ReceptiveField {
    field.windowed(kernel: 2, stride: Double(shape[2]) / Double(output[2]))
  }

  /// Row y lies at (2y + 1) · H / 2H' − 1/2 of the input.
  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    let (extent, divisor) = (shape[axis], 2 * output[axis])
    if shape[axis] == output[axis] { return range }
    func place(_ index: Int) -> Int { (2 * index + 1) * extent - output[axis] }
    return place(range.lowerBound).flooredQuotient(by: divisor)
      ... -((-place(range.upperBound)).flooredQuotient(by: divisor))
  }

  /// Images and channels are those of the input, however many there are.
  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let outer = writer.add(
      "Slice",
      [writer.add("Shape", [writer.input]), writer.constant("starts", [0]), writer.constant("ends", [2])])
    let inner = writer.constant("rowsAndColumns", [writer.outputShape[2], writer.outputShape[3]])
    // The second input is a region of interest, the third are factors.
    return writer.add(
      "Resize", [writer.input, "", "", writer.add("Concat", [outer, inner], [.integer("axis", 0)])],
      [.text("mode", "linear"), .text("coordinate_transformation_mode", "half_pixel")])
  }
}

extension Value {
  /// The map with the rows and columns of another value, bilinear.
  public func resized(like reference: Value) -> Value {
    .applying(BilinearResizingOperation(), to: [self, reference], name: "resize")
  }
}
