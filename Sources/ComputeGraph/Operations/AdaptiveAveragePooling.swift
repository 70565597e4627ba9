import Tensors

/// Means over a grid of a fixed number of windows, whatever the map's size: N×C×`rows`×`columns`.
///
/// Window i of an axis of extent n reaches from ⌊i·n/count⌋ up to ⌈(i+1)·n/count⌉, as PyTorch's `AdaptiveAvgPool2d` has
/// it: windows overlap where n is no multiple of their number, and repeat cells where there are more of them than cells.
public struct AdaptiveAveragePoolingOperation: Operation {
  public var rows: Int
  public var columns: Int

  public var title: String { "adaptive average pooling" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs[0].rank == 4 && inputs[0].elementCount > 0, "N×C×H×W")
    return [inputs[0][0], inputs[0][1], rows, columns]
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    let longest = max(Self.longest(shape[2], rows), Self.longest(shape[3], columns))
    return field.windowed(kernel: longest, stride: Double(shape[2]) / Double(rows))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { nil }

  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? {
    AdaptiveAverageLoops(
      maps: input[0] * input[1], inputWidth: input[3], inputArea: input[2] * input[3],
      rows: Self.windows(input[2], rows), columns: Self.windows(input[3], columns))
  }

  /// The windows of an axis, in order.
  public static func windows(_ extent: Int, _ count: Int) -> [Range<Int>] {
    (0..<count).map { $0 * extent / count..<(($0 + 1) * extent + count - 1) / count }
  }

  private static func longest(_ extent: Int, _ count: Int) -> Int { windows(extent, count).map(\.count).max() ?? 1 }

  /// ONNX has no such node: windows of one size are an `AveragePool`, others products with the means' weights from both
  /// sides.
  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let source = writer.inputShape
    if source[2] == rows && source[3] == columns { return writer.add("Identity", [writer.input]) }
    if source[2] % rows == 0 && source[3] % columns == 0 {
      let window = [source[2] / rows, source[3] / columns]
      return writer.add(
        "AveragePool", [writer.input], [.integers("kernel_shape", window), .integers("strides", window)])
    }
    let (left, right) = (Self.weights(source[2], rows), Self.weights(source[3], columns))
    let rowWeights = writer.add(
      "Reshape", [writer.constant("rowWeights", left), writer.constant("rowShape", [rows, source[2]])])
    let columnWeights = writer.add(
      "Reshape", [writer.constant("columnWeights", right), writer.constant("columnShape", [columns, source[3]])])
    let turned = writer.add("Transpose", [columnWeights], [.integers("perm", [1, 0])])
    return writer.add("MatMul", [writer.add("MatMul", [rowWeights, writer.input]), turned])
  }

  /// What every cell weighs in every window, windows × cells.
  private static func weights(_ extent: Int, _ count: Int) -> [Float] {
    windows(extent, count).flatMap { window in
      (0..<extent).map { window.contains($0) ? 1 / Float(window.count) : 0 }
    }
  }
}

private struct AdaptiveAverageLoops: PlainLoops {
  /// Images times channels.
  var maps: Int
  var inputWidth: Int
  var inputArea: Int
  var rows: [Range<Int>]
  var columns: [Range<Int>]

  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>) {
    forEachWindow { place, start, row, column in
      var sum: Float = 0
      for y in row { for x in column { sum += input[start + y * inputWidth + x] } }
      output[place] = sum / Float(row.count * column.count)
    }
  }

  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>
  ) {
    inputGradient.update(repeating: 0)
    forEachWindow { place, start, row, column in
      let share = outputGradient[place] / Float(row.count * column.count)
      for y in row { for x in column { inputGradient[start + y * inputWidth + x] += share } }
    }
  }

  /// - Parameter body: gets the window's place in the result, the place of its map's first cell, its rows and columns.
  private func forEachWindow(_ body: (_ place: Int, _ start: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    var place = 0
    for map in 0..<maps {
      for row in rows {
        for column in columns {
          body(place, map * inputArea, row, column)
          place += 1
        }
      }
    }
  }
}

extension Value {
  /// Means over `rows` × `columns` windows, whatever the map's size.
  ///
  /// - Precondition: both are above 0.
  public func adaptivelyAveraged(rows: Int, columns: Int) -> Value {
    precondition(rows > 0 && columns > 0, "\(rows)×\(columns) windows")
    return applying(AdaptiveAveragePoolingOperation(rows: rows, columns: columns), name: "adaptive average")
  }
}
