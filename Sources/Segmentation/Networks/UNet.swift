import ComputeGraph

/// U-Net (Ronneberger et al. 2015): four halvings, four doublings, and at every size a shortcut from the one way to the other.
///
/// Other than in the paper batch normalisation follows the convolutions. With padded convolutions the result has the input's size,
/// and rows and columns of the input are multiples of 16. With the paper's, which are not padded, the result is smaller by
/// ``validMargin`` pixels at every side, and shortcuts are cropped to their middle; every halving comes out even where rows and
/// columns of the input are 16·m + ``validRemainder``: 572 become 388.
struct UNet {
  /// Pixels that the result lacks at every side without padding. Two convolutions lose four rows of their map, four times the
  /// stride in pixels: at strides 1, 2, 4 and 8 on the way down and up, and at 16; half of 60 + 64 + 60.
  static let validMargin = 92
  static let validRemainder = 12
  /// Of 172 nothing would be left.
  static let smallestValidInput = 188

  var inputChannels: Int
  var classCount: Int
  /// Of the finest maps; 64 in the paper.
  var width: Int
  var hasDropout: Bool
  var padding = ConvolutionPadding.same

  /// Scores at the size of the images, or without padding of their middle.
  func callAsFunction(_ images: Value) -> Value {
    var x = images
    var channels = inputChannels
    var shortcuts: [Value] = []
    for level in 0..<4 {
      x = pair("down\(level)", x, channels, width << level)
      channels = width << level
      shortcuts.append(x)
      x = x.maxPooled(kernelSize: 2, stride: 2)
    }
    x = pair("bottom", x, channels, 2 * channels).droppedOut(rate: 0.5, if: hasDropout)
    for level in (0..<4).reversed() {
      let finer = width << level
      let doubling = ConvolutionGeometry(
        inputChannels: 2 * finer, outputChannels: finer, kernelSize: 2, stride: 2, isTransposed: true)
      let up = Convolution("up\(level).double", geometry: doubling, hasBias: true)(x)
      x = pair("up\(level)", .concatenated([kept(shortcuts[level], like: up), up]), 2 * finer, finer)
    }
    return Convolution("scores", inputChannels: width, outputChannels: classCount, kernelSize: 1)(x)
  }

  private func kept(_ shortcut: Value, like up: Value) -> Value {
    padding == .same ? shortcut : shortcut.cropped(like: up, keeping: .middle)
  }

  private func pair(_ name: String, _ x: Value, _ input: Int, _ output: Int) -> Value {
    var (x, channels) = (x, input)
    for index in 0..<2 {
      x = ConvolutionBlock(
        "\(name).\(index).conv", normalization: "\(name).\(index).norm", inputChannels: channels,
        outputChannels: output, kernelSize: 3, padding: padding)(x)
      channels = output
    }
    return x
  }
}
