import Tensors

/// Rows and columns of a map, as many as another value has: N×C×H×W and N×D×H'×W' to N×C×H'×W'.
///
/// A transposed convolution doubles the rows that a strided one has halved, and one row too many comes out where their number
/// was odd: then the first are kept (Long et al. 2015, section 4.1, crops its maps too). Convolutions without padding make maps
/// smaller at every side, and of a map from before them the middle is kept (Ronneberger et al. 2015, section 2).
public struct CroppingOperation: Operation {
  /// Which rows and columns are kept.
  public enum Part: Hashable, Sendable {
    case first
    /// So that as many are left out in front as behind, or one fewer.
    case middle
  }

  public var part: Part

  public init(part: Part = .first) { self.part = part }

  public var title: String { "crop to size" }

  /// Rows (axis 2) or columns (axis 3) left out in front.
  private func start(_ axis: Int, _ input: TensorShape, _ output: TensorShape) -> Int {
    part == .first ? 0 : (input[axis] - output[axis]) / 2
  }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(
      inputs.count == 2 && inputs.allSatisfy { $0.rank == 4 } && inputs[0][0] == inputs[1][0]
        && inputs[0][2] >= inputs[1][2] && inputs[0][3] >= inputs[1][3],
      "N×C×H×W, and a value with as many rows and columns or fewer")
    return [inputs[0][0], inputs[0][1], inputs[1][2], inputs[1][3]]
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    let start = start(axis, shape, output)
    return range.lowerBound + start...range.upperBound + start
  }

  public func readsElements(ofInput position: Int) -> Bool { position == 0 }

  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? {
    CroppingLoops(
      maps: input[0] * input[1], rows: output[2], columns: output[3], inputRows: input[2], inputColumns: input[3],
      top: start(2, input, output), left: start(3, input, output))
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let starts = [2, 3].map { start($0, writer.inputShape, writer.outputShape) }
    let ends = zip(starts, [writer.outputShape[2], writer.outputShape[3]]).map(+)
    return writer.add(
      "Slice",
      [
        writer.input, writer.constant("starts", starts), writer.constant("ends", ends),
        writer.constant("axes", [2, 3]),
      ])
  }
}

private struct CroppingLoops: PlainLoops {
  /// Images times channels.
  var maps: Int
  var rows: Int
  var columns: Int
  var inputRows: Int
  var inputColumns: Int
  /// The first row and column that are kept.
  var top: Int
  var left: Int

  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>) {
    forEachRow { source, target in
      for column in 0..<columns { output[target + column] = input[source + column] }
    }
  }

  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>
  ) {
    inputGradient.update(repeating: 0)
    forEachRow { source, target in
      for column in 0..<columns { inputGradient[source + column] = outputGradient[target + column] }
    }
  }

  /// - Parameter body: gets the places of a kept row's first element, before and behind.
  private func forEachRow(_ body: (_ source: Int, _ target: Int) -> Void) {
    for map in 0..<maps {
      for row in 0..<rows { body((map * inputRows + top + row) * inputColumns + left, (map * rows + row) * columns) }
    }
  }
}

extension Value {
  /// The first rows and columns, or those in the middle, as many as another value has.
  public func cropped(like reference: Value, keeping part: CroppingOperation.Part = .first) -> Value {
    .applying(CroppingOperation(part: part), to: [self, reference], name: "crop")
  }
}
