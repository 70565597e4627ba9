import Tensors

/// A window that slides over each channel and keeps the root of the sum of squares: the Euclidean length of what it
/// covers. Zeros around the input add nothing.
public struct L2PoolingOperation: Operation {
  public var kernelSize: Int
  public var stride: Int
  public var padding: Int
  /// Rounds the output size up instead of down, so that the last window may hang over the edge.
  public var ceilMode: Bool

  public var title: String { "L2 pooling" }

  /// Windows are where those of a maximum pooling are.
  private func outputExtent(_ input: Int) -> Int {
    PoolingGeometry(kind: .maximum, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode)
      .outputExtent(input)
  }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(input.rank == 4, "N×C×H×W")
    return try .windowed(
      images: input[0], channels: input[1], height: outputExtent(input[2]), width: outputExtent(input[3]))
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    field.windowed(kernel: kernelSize, stride: Double(stride))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    range.lowerBound * stride - padding...range.upperBound * stride - padding + kernelSize - 1
  }

  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? {
    L2PoolingLoops(operation: self, input: input, output: output)
  }

  /// Far paddings are written out for the size at hand, which says ceil mode in a way that every version reads.
  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    let (source, output) = (writer.inputShape, writer.outputShape)
    let far = [2, 3].map { axis in
      max(0, (output[axis] - 1) * stride + kernelSize - source[axis] - padding)
    }
    return writer.add(
      "LpPool", [writer.input],
      [
        .integers("kernel_shape", [kernelSize, kernelSize]), .integers("strides", [stride, stride]),
        .integers("pads", [padding, padding] + far), .integer("p", 2),
      ])
  }
}

private struct L2PoolingLoops: PlainLoops {
  var operation: L2PoolingOperation
  var input: TensorShape
  var output: TensorShape

  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>) {
    forEachWindow { place, window in
      var sum: Float = 0
      for element in window { sum += input[element] * input[element] }
      output[place] = sum.squareRoot()
    }
  }

  /// dx = Σ dy · x / y over the windows that hold x; of a window of zeros, whose length has no slope, nothing.
  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>
  ) {
    inputGradient.update(repeating: 0)
    forEachWindow { place, window in
      var sum: Float = 0
      for element in window { sum += input[element] * input[element] }
      guard sum > 0 else { return }
      let factor = outputGradient[place] / sum.squareRoot()
      for element in window { inputGradient[element] += factor * input[element] }
    }
  }

  /// - Parameter body: gets the place of a result and those of the input's elements under its window.
  private func forEachWindow(_ body: (_ place: Int, _ window: [Int]) -> Void) {
    let (stride, size, padding) = (operation.stride, operation.kernelSize, operation.padding)
    var window: [Int] = []
    for plane in 0..<output[0] * output[1] {
      for row in 0..<output[2] {
        for column in 0..<output[3] {
          let (top, left) = (row * stride - padding, column * stride - padding)
          window.removeAll(keepingCapacity: true)
          for y in max(0, top)..<max(0, min(input[2], top + size)) {
            for x in max(0, left)..<max(0, min(input[3], left + size)) {
              window.append((plane * input[2] + y) * input[3] + x)
            }
          }
          body((plane * output[2] + row) * output[3] + column, window)
        }
      }
    }
  }
}

extension Value {
  /// The root of the sum of squares under a window, as PyTorch's `LPPool2d` with a norm of 2.
  ///
  /// - Precondition: as for a ``PoolingGeometry``.
  public func l2Pooled(kernelSize: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false) -> Value {
    precondition(
      kernelSize > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernelSize,
      "not a pooling: kernel \(kernelSize), stride \(stride), padding \(padding)")
    return applying(
      L2PoolingOperation(kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode), name: "pool")
  }
}
