import Tensors

/// A map whose elements are the input's in other places, some of them left out, repeated or zero: N×C×H×W in and out.
public enum Rearrangement: Hashable, Sendable {
  /// Squares of `stride`×`stride` cells become channels in the order of Darknet's `[reorg]` (Redmon & Farhadi 2017,
  /// section 2, "Fine-Grained Features"): N×(stride²·C)×(H/stride)×(W/stride).
  ///
  /// Not the order that other programs have: Darknet's code reads the map as if it had stride² fewer channels and stride
  /// times the rows and columns, and networks are trained with that.
  case reorganization(stride: Int)
  /// The same in the order of ONNX and TensorFlow: channel o·C + c holds row o / stride, column o mod stride of each square.
  case spaceToDepth(stride: Int)
  /// The reverse of ``spaceToDepth(stride:)``: N×(C/stride²)×(H·stride)×(W·stride).
  case depthToSpace(stride: Int)
  /// Some rows and columns.
  case crop(rows: Range<Int>, columns: Range<Int>)
  /// Every so manyth row and column, from the first on.
  case sampling(rowStride: Int, columnStride: Int)
  /// One channel, `count` times.
  case repetition(count: Int)
  /// What a window sees, for each of its L places one after the other, zeros beyond the edge: N×(L·C·size²)×1×1, within a
  /// place in the order of a convolution's weights.
  case patches(kernelSize: Int, stride: Int, padding: Int)
  /// N×(rows·columns·F)×1×1, F numbers for each place, as a map: N×F×rows×columns.
  case positions(rows: Int, columns: Int)
  /// Channels of zeros before and behind the input's own, as the shortcuts without parameters of He et al. 2015 (section
  /// 3.3, option A) have them.
  case zeroChannels(before: Int, behind: Int)

  /// The result's shape; nil where the input does not suit.
  package func outputShape(_ input: TensorShape) -> TensorShape? {
    guard input.rank == 4 else { return nil }
    let (count, channels, rows, columns) = (input[0], input[1], input[2], input[3])
    switch self {
    case .reorganization(let stride):
      guard stride > 0, channels % (stride * stride) == 0, rows % stride == 0, columns % stride == 0 else { return nil }
      return [count, channels * stride * stride, rows / stride, columns / stride]
    case .spaceToDepth(let stride):
      guard stride > 0, rows % stride == 0, columns % stride == 0 else { return nil }
      return [count, channels * stride * stride, rows / stride, columns / stride]
    case .depthToSpace(let stride):
      guard stride > 0, channels % (stride * stride) == 0 else { return nil }
      return [count, channels / (stride * stride), rows * stride, columns * stride]
    case .crop(let kept, let keptColumns):
      guard kept.lowerBound >= 0, keptColumns.lowerBound >= 0, kept.upperBound <= rows,
        keptColumns.upperBound <= columns,
        !kept.isEmpty, !keptColumns.isEmpty
      else { return nil }
      return [count, channels, kept.count, keptColumns.count]
    case .sampling(let rowStride, let columnStride):
      guard rowStride > 0, columnStride > 0 else { return nil }
      return [count, channels, (rows - 1) / rowStride + 1, (columns - 1) / columnStride + 1]
    case .repetition(let times): return channels == 1 && times > 0 ? [count, times, rows, columns] : nil
    case .patches(let size, let stride, let padding):
      guard let places = Self.places(rows, columns, size, stride, padding) else { return nil }
      return [count, places.rows * places.columns * channels * size * size, 1, 1]
    case .positions(let rows, let columns):
      guard input[2] == 1, input[3] == 1, rows > 0, columns > 0, channels % (rows * columns) == 0 else { return nil }
      return [count, channels / (rows * columns), rows, columns]
    case .zeroChannels(let before, let behind):
      return before >= 0 && behind >= 0 ? [count, before + channels + behind, rows, columns] : nil
    }
  }

  /// What is expected of the input, for errors.
  package var expectation: String {
    switch self {
    case .reorganization(let stride):
      "N×C×H×W with rows and columns in multiples of \(stride) and channels of \(stride * stride)"
    case .spaceToDepth(let stride): "N×C×H×W with rows and columns in multiples of \(stride)"
    case .depthToSpace(let stride): "N×C×H×W with channels in multiples of \(stride * stride)"
    case .crop(let rows, let columns): "N×C×H×W with rows \(rows) and columns \(columns)"
    case .sampling: "N×C×H×W and strides above 0"
    case .repetition: "N×1×H×W"
    case .patches(let size, _, _): "N×C×H×W, a map at least as large as a window of \(size)×\(size)"
    case .positions(let rows, let columns): "N×C×1×1 with channels in multiples of \(rows * columns)"
    case .zeroChannels: "N×C×H×W, and at least no channel before and behind"
    }
  }

  /// A word for tables.
  var title: String {
    switch self {
    case .reorganization, .spaceToDepth: "space to depth"
    case .depthToSpace: "depth to space"
    case .crop: "crop"
    case .sampling: "every other cell"
    case .repetition: "repeated channel"
    case .patches: "windows"
    case .positions: "windows to map"
    case .zeroChannels: "zero channels"
    }
  }

  /// How many places a window has.
  private static func places(
    _ rows: Int, _ columns: Int, _ size: Int, _ stride: Int, _ padding: Int
  ) -> (rows: Int, columns: Int)? {
    guard size > 0, stride > 0, padding >= 0, rows + 2 * padding >= size, columns + 2 * padding >= size else {
      return nil
    }
    return ((rows + 2 * padding - size) / stride + 1, (columns + 2 * padding - size) / stride + 1)
  }
}

extension Rearrangement {
  /// For every element of one image's result, C×H×W, the element of the image that it is; −1 for zero. Both row-major.
  ///
  /// - Precondition: the shapes are those of input and result.
  public func sources(input: TensorShape, output: TensorShape) -> [Int32] {
    let (rows, columns) = (input[2], input[3])
    var result: [Int32] = []
    result.reserveCapacity(output.dimensions.dropFirst().reduce(1, *))
    if case .patches(let size, let stride, let padding) = self {
      appendPatches(input, size: size, stride: stride, padding: padding, to: &result)
      return result
    }
    func place(_ channel: Int, _ row: Int, _ column: Int) -> Int { (channel * rows + row) * columns + column }
    for channel in 0..<output[1] {
      for row in 0..<output[2] {
        for column in 0..<output[3] {
          let source: Int
          switch self {
          case .reorganization(let stride):
            // The result's numbers in the input's own rows and columns.
            let (old, cell) = result.count.quotientAndRemainder(dividingBy: rows * columns)
            let (offset, fewer) = old.quotientAndRemainder(dividingBy: input[1] / (stride * stride))
            let wide = cell % columns * stride + offset % stride
            let tall = cell / columns * stride + offset / stride
            source = wide + columns * stride * (tall + rows * stride * fewer)
          case .spaceToDepth(let stride):
            let (offset, part) = channel.quotientAndRemainder(dividingBy: input[1])
            source = place(part, row * stride + offset / stride, column * stride + offset % stride)
          case .depthToSpace(let stride):
            let offset = row % stride * stride + column % stride
            source = place(offset * output[1] + channel, row / stride, column / stride)
          case .crop(let kept, let keptColumns):
            source = place(channel, row + kept.lowerBound, column + keptColumns.lowerBound)
          case .sampling(let rowStride, let columnStride):
            source = place(channel, row * rowStride, column * columnStride)
          case .repetition: source = place(0, row, column)
          case .positions: source = (row * output[3] + column) * output[1] + channel
          case .zeroChannels(let before, _):
            let own = (before..<before + input[1]).contains(channel)
            source = own ? place(channel - before, row, column) : -1
          case .patches: source = -1
          }
          result.append(Int32(source))
        }
      }
    }
    return result
  }

  private func appendPatches(
    _ input: TensorShape, size: Int, stride: Int, padding: Int, to result: inout [Int32]
  ) {
    guard let places = Self.places(input[2], input[3], size, stride, padding) else { return }
    for row in 0..<places.rows {
      for column in 0..<places.columns {
        for channel in 0..<input[1] {
          for tap in 0..<size * size {
            let (y, x) = (row * stride + tap / size - padding, column * stride + tap % size - padding)
            let isInside = y >= 0 && y < input[2] && x >= 0 && x < input[3]
            result.append(isInside ? Int32((channel * input[2] + y) * input[3] + x) : -1)
          }
        }
      }
    }
  }
}

/// A ``Rearrangement`` of a map.
public struct RearrangementOperation: Operation {
  public var rearrangement: Rearrangement

  public var title: String { rearrangement.title }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    guard let shape = rearrangement.outputShape(inputs[0]) else { throw ShapeMismatch(rearrangement.expectation) }
    return shape
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    guard case .patches(let size, let stride, _) = rearrangement else { return field }
    return field.windowed(kernel: size, stride: Double(stride))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { nil }

  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? {
    RearrangementLoops(
      sources: rearrangement.sources(input: input, output: output), images: input[0],
      inputCount: input.elementCount / input[0])
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    if case .reorganization(let stride) = rearrangement { return reorganize(stride: stride, &writer) }
    return gather(&writer)
  }

  /// Takes the elements one by one from the flattened map, behind which a zero stands where some of them are zero.
  private func gather(_ writer: inout some ONNXNodeWriter) -> String {
    let (source, output) = (writer.inputShape, writer.outputShape)
    let count = source.elementCount / source[0]
    let places = rearrangement.sources(input: source, output: output)
    var flat = writer.add("Flatten", [writer.input], [.integer("axis", 1)])
    if places.contains(-1) { flat = writer.add("Pad", [flat, writer.constant("pads", [0, 0, 0, 1])]) }
    let indices = writer.constant("places", places.map { $0 < 0 ? count : Int($0) })
    let gathered = writer.add("Gather", [flat, indices], [.integer("axis", 1)])
    return writer.add("Reshape", [gathered, writer.constant("shape", [0] + output.dimensions.dropFirst())])
  }

  /// Darknet reads the map, C×H×W, as C/s² × H·s × W·s, and takes its squares of s×s cells apart.
  private func reorganize(stride: Int, _ writer: inout some ONNXNodeWriter) -> String {
    let (source, output) = (writer.inputShape, writer.outputShape)
    // The first extent, 0, stands for that of the input.
    let squares = [0, source[1] / (stride * stride), source[2], stride, source[3], stride]
    let apart = writer.add("Reshape", [writer.input, writer.constant("squares", squares)])
    let channelsFirst = writer.add("Transpose", [apart], [.integers("perm", [0, 3, 5, 1, 2, 4])])
    return writer.add("Reshape", [channelsFirst, writer.constant("shape", [0] + output.dimensions.dropFirst())])
  }
}

private struct RearrangementLoops: PlainLoops {
  /// By element of one image's result; −1 for zero.
  var sources: [Int32]
  var images: Int
  /// Elements of one image's input.
  var inputCount: Int

  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>) {
    for image in 0..<images {
      let (whole, part) = (image * inputCount, image * sources.count)
      for (index, place) in sources.enumerated() {
        output[part + index] = place < 0 ? 0 : input[whole + Int(place)]
      }
    }
  }

  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>
  ) {
    inputGradient.update(repeating: 0)
    for image in 0..<images {
      let (whole, part) = (image * inputCount, image * sources.count)
      for (index, place) in sources.enumerated() where place >= 0 {
        inputGradient[whole + Int(place)] += outputGradient[part + index]
      }
    }
  }
}

extension Value {
  /// Squares of `stride`×`stride` cells as channels: N×C×H×W → N×(stride²·C)×(H/stride)×(W/stride), in Darknet's order.
  public func reorganized(stride: Int) -> Value {
    applying(RearrangementOperation(rearrangement: .reorganization(stride: stride)), name: "reorganize")
  }

  /// The same elements in other places.
  public func rearranged(_ rearrangement: Rearrangement) -> Value {
    applying(RearrangementOperation(rearrangement: rearrangement), name: "rearrange")
  }
}
