import Tensors

/// A window that slides over each channel and keeps the maximum or the mean.
public struct PoolingOperation: Operation {
  public var geometry: PoolingGeometry

  public var title: String { geometry.kind == .maximum ? "max pooling" : "average pooling" }
  public var choosesElements: Bool { geometry.kind == .maximum }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(input.rank == 4, "N×C×H×W")
    return try .windowed(
      images: input[0], channels: input[1], height: geometry.outputExtent(input[2]),
      width: geometry.outputExtent(input[3]))
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    field.windowed(kernel: geometry.kernelSize, stride: Double(geometry.stride))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    let first = range.lowerBound * geometry.stride - geometry.padding
    return first...range.upperBound * geometry.stride - geometry.padding + geometry.kernelSize - 1
  }

  /// Far paddings are written out for the size at hand: that says ceil mode, one-sided padding and what a window hangs
  /// over in one way, which every reader understands alike.
  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let (source, output) = (writer.inputShape, writer.outputShape)
    let far = [2, 3].map { axis in
      max(0, (output[axis] - 1) * geometry.stride + geometry.kernelSize - source[axis] - geometry.padding)
    }
    var attributes: [ONNXAttribute] = [
      .integers("kernel_shape", [geometry.kernelSize, geometry.kernelSize]),
      .integers("strides", [geometry.stride, geometry.stride]),
      .integers("pads", [geometry.padding, geometry.padding] + far),
    ]
    switch geometry.kind {
    case .maximum: return writer.add("MaxPool", [writer.input], attributes)
    case .average(let countsPadding):
      // Without padding in front nothing beyond the edge counts, as in the kernel.
      attributes.append(.integer("count_include_pad", countsPadding && geometry.padding > 0 ? 1 : 0))
      return writer.add("AveragePool", [writer.input], attributes)
    }
  }
}

/// Window and padding of a pooling.
public struct PoolingGeometry: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case maximum
    /// Mean; padded zeros count when `countsPadding` is true. With padding, what a ceil-mode window hangs over beyond
    /// the padding counts too (PyTorch cuts the window there).
    case average(countsPadding: Bool)
  }

  public var kind: Kind
  public var kernelSize: Int
  public var stride: Int
  public var padding: Int
  /// Padding behind the last row and column where it differs from that in front, as in Darknet's pooling.
  public var farPadding: Int?
  /// Rounds the output size up instead of down, so that the last window may hang over the edge.
  public var ceilMode: Bool

  public init(
    kind: Kind, kernelSize: Int, stride: Int, padding: Int = 0, farPadding: Int? = nil, ceilMode: Bool = false
  ) {
    precondition(
      kernelSize > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernelSize
        && (farPadding.map { (0..<kernelSize).contains($0) } ?? true),
      "not a pooling: kernel \(kernelSize), stride \(stride), padding \(padding)")
    self.kind = kind
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
    self.farPadding = farPadding
    self.ceilMode = ceilMode
  }

  /// (W − F + 2P)/S + 1 (the sum of both paddings for 2P), rounded down, or up in ceil mode; then a last window that would start in the far padding
  /// is left out, as PyTorch does.
  public func outputExtent(_ input: Int) -> Int {
    let room = input - kernelSize + padding + (farPadding ?? padding)
    if room < 0 && !ceilMode { return 0 }
    var extent = (ceilMode ? (max(room, 0) + stride - 1) / stride : room / stride) + 1
    if ceilMode && (extent - 1) * stride >= input + padding { extent -= 1 }
    return extent
  }
}

/// Mean over all positions of each channel: N×C×1×1.
public struct GlobalAveragePoolingOperation: Operation {
  public var title: String { "global average pooling" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs[0].rank == 4, "N×C×H×W")
    return [inputs[0][0], inputs[0][1], 1, 1]
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    field.windowed(kernel: max(shape[2], shape[3]), stride: 1)
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { nil }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add("GlobalAveragePool", [writer.input])
  }
}

extension Value {
  public func maxPooled(
    kernelSize: Int, stride: Int, padding: Int = 0, farPadding: Int? = nil, ceilMode: Bool = false
  ) -> Value {
    pooled(
      PoolingGeometry(
        kind: .maximum, kernelSize: kernelSize, stride: stride, padding: padding, farPadding: farPadding,
        ceilMode: ceilMode))
  }

  public func averagePooled(
    kernelSize: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false, countsPadding: Bool = true
  ) -> Value {
    pooled(
      PoolingGeometry(
        kind: .average(countsPadding: countsPadding), kernelSize: kernelSize, stride: stride, padding: padding,
        ceilMode: ceilMode))
  }

  public func pooled(_ geometry: PoolingGeometry) -> Value {
    applying(PoolingOperation(geometry: geometry), name: "pool")
  }

  /// Mean over all positions: N×C×1×1.
  public func globallyAveraged() -> Value { applying(GlobalAveragePoolingOperation(), name: "average") }
}

extension TensorShape {
  /// What a window that slides over a map gives: N×C×H×W.
  ///
  /// Throws where the map is smaller than the window.
  static func windowed(
    images: Int, channels: Int, height: Int, width: Int
  ) throws(ShapeMismatch) -> TensorShape {
    let shape: TensorShape = [images, channels, max(0, height), max(0, width)]
    if shape.elementCount == 0 { throw ShapeMismatch("a map at least as large as its window") }
    return shape
  }
}
