import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// Divides every element by a power of the squares of its neighbours in the channels next to it (Krizhevsky et al. 2012,
/// section 3.3): y_c = x_c / (k + α/n · Σ x_j²)^β, the sum over the n channels around c that exist.
///
/// α is divided by the window's size, as in PyTorch, ONNX and Caffe; the paper's k = 2, n = 5, α = 10⁻⁴, β = 0.75 are
/// k = 2, n = 5, α = 5·10⁻⁴, β = 0.75 here.
public struct LocalResponseNormalizationOperation: Operation {
  /// n, an odd number: how many channels count. (For even ones PyTorch and ONNX disagree.)
  public var channelCount: Int
  /// α.
  public var scale: Float
  /// β.
  public var exponent: Float
  /// k.
  public var offset: Float

  package init(channelCount: Int, scale: Float, exponent: Float, offset: Float) {
    self.channelCount = channelCount
    self.scale = scale
    self.exponent = exponent
    self.offset = offset
  }

  public var title: String { "local response norm" }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    try ShapeMismatch.check(inputs[0].rank == 4, "N×C×H×W")
    return inputs[0]
  }

  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? {
    LocalResponseLoops(operation: self, shape: input)
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    writer.add(
      "LRN", [writer.input],
      [
        .float("alpha", scale), .float("beta", exponent), .float("bias", offset), .integer("size", channelCount),
      ])
  }
}

private struct LocalResponseLoops: PlainLoops {
  var operation: LocalResponseNormalizationOperation
  var shape: TensorShape

  /// Channels whose squares count for a channel.
  private func window(of channel: Int) -> Range<Int> {
    let reach = operation.channelCount / 2
    return max(0, channel - reach)..<min(shape[1], channel + reach + 1)
  }

  /// k + α/n · Σ x_j² of one row of one channel.
  private func bases(_ input: UnsafePointer<Float>, channel: Int, row: Int, to bases: inout [Float]) {
    let (width, area) = (shape[3], shape[2] * shape[3])
    let scale = operation.scale / Float(operation.channelCount)
    for column in 0..<width { bases[column] = 0 }
    for other in window(of: channel) {
      let values = input + other * area + row * width
      for column in 0..<width { bases[column] += values[column] * values[column] }
    }
    for column in 0..<width { bases[column] = operation.offset + scale * bases[column] }
  }

  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>) {
    guard let input = input.baseAddress, let output = output.baseAddress else { return }
    var bases = [Float](repeating: 0, count: shape[3])
    forEachRow { image, channel, row in
      self.bases(input + image, channel: channel, row: row, to: &bases)
      let place = image + (channel * shape[2] + row) * shape[3]
      for column in 0..<shape[3] { output[place + column] = input[place + column] * power(bases[column]) }
    }
  }

  /// dx_c = dy_c · b_c^−β − 2αβ/n · x_c · Σ dy_j x_j b_j^(−β−1), the sum over the channels whose windows hold c.
  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>
  ) {
    guard let input = input.baseAddress, let gradient = outputGradient.baseAddress,
      let result = inputGradient.baseAddress
    else { return }
    let (width, area) = (shape[3], shape[2] * shape[3])
    let factor = 2 * operation.scale * operation.exponent / Float(operation.channelCount)
    var bases = [Float](repeating: 0, count: width)
    inputGradient.update(repeating: 0)
    forEachRow { image, channel, row in
      self.bases(input + image, channel: channel, row: row, to: &bases)
      let place = image + channel * area + row * width
      for column in 0..<width {
        let power = power(bases[column])
        result[place + column] += gradient[place + column] * power
        bases[column] = factor * gradient[place + column] * input[place + column] * power / bases[column]
      }
      for other in window(of: channel) {
        let place = image + other * area + row * width
        for column in 0..<width { result[place + column] -= input[place + column] * bases[column] }
      }
    }
  }

  /// b^−β. The usual β = 3/4 by square roots, which take a tenth of the time.
  private func power(_ base: Float) -> Float {
    if operation.exponent != 0.75 { return pow(base, -operation.exponent) }
    let root = base.squareRoot()
    return 1 / (root * root.squareRoot())
  }

  /// - Parameter body: gets the place of the image's first element, the channel and the row.
  private func forEachRow(_ body: (_ image: Int, _ channel: Int, _ row: Int) -> Void) {
    for image in 0..<shape[0] {
      for channel in 0..<shape[1] {
        for row in 0..<shape[2] { body(image * shape[1] * shape[2] * shape[3], channel, row) }
      }
    }
  }
}

extension Value {
  /// Local response normalisation over `channelCount` neighbouring channels, as in AlexNet.
  ///
  /// - Precondition: `channelCount` is odd.
  public func locallyNormalized(
    channelCount: Int = 5, scale: Float = 1e-4, exponent: Float = 0.75, offset: Float = 1
  ) -> Value {
    precondition(channelCount > 0 && channelCount % 2 == 1, "a window of \(channelCount) channels has no middle")
    return applying(
      LocalResponseNormalizationOperation(
        channelCount: channelCount, scale: scale, exponent: exponent, offset: offset), name: "lrn")
  }
}
