/// A block of MobileNetV3 at width 1.
struct InvertedResidual: Sendable {
  var kernelSize: Int
  var expandedChannels: Int
  var outputChannels: Int
  var hasSqueeze: Bool
  /// Otherwise ReLU.
  var hasHardSwish: Bool
  var stride: Int
}

extension MobileNetV3.Size {
  /// Howard et al. 2019, table 1 (large) and table 2 (small).
  var blocks: [InvertedResidual] {
    func block(
      _ kernel: Int, _ expanded: Int, _ output: Int, squeeze: Bool, hardSwish: Bool, _ stride: Int
    ) -> InvertedResidual {
      InvertedResidual(
        kernelSize: kernel, expandedChannels: expanded, outputChannels: output, hasSqueeze: squeeze,
        hasHardSwish: hardSwish, stride: stride)
    }
    return switch self {
    case .large:
      [
        block(3, 16, 16, squeeze: false, hardSwish: false, 1),
        block(3, 64, 24, squeeze: false, hardSwish: false, 2),
        block(3, 72, 24, squeeze: false, hardSwish: false, 1),
        block(5, 72, 40, squeeze: true, hardSwish: false, 2),
        block(5, 120, 40, squeeze: true, hardSwish: false, 1),
        block(5, 120, 40, squeeze: true, hardSwish: false, 1),
        block(3, 240, 80, squeeze: false, hardSwish: true, 2),
        block(3, 200, 80, squeeze: false, hardSwish: true, 1),
        block(3, 184, 80, squeeze: false, hardSwish: true, 1),
        block(3, 184, 80, squeeze: false, hardSwish: true, 1),
        block(3, 480, 112, squeeze: true, hardSwish: true, 1),
        block(3, 672, 112, squeeze: true, hardSwish: true, 1),
        block(5, 672, 160, squeeze: true, hardSwish: true, 2),
        block(5, 960, 160, squeeze: true, hardSwish: true, 1),
        block(5, 960, 160, squeeze: true, hardSwish: true, 1),
      ]
    case .small:
      [
        block(3, 16, 16, squeeze: true, hardSwish: false, 2),
        block(3, 72, 24, squeeze: false, hardSwish: false, 2),
        block(3, 88, 24, squeeze: false, hardSwish: false, 1),
        block(5, 96, 40, squeeze: true, hardSwish: true, 2),
        block(5, 240, 40, squeeze: true, hardSwish: true, 1),
        block(5, 240, 40, squeeze: true, hardSwish: true, 1),
        block(5, 120, 48, squeeze: true, hardSwish: true, 1),
        block(5, 144, 48, squeeze: true, hardSwish: true, 1),
        block(5, 288, 96, squeeze: true, hardSwish: true, 2),
        block(5, 576, 96, squeeze: true, hardSwish: true, 1),
        block(5, 576, 96, squeeze: true, hardSwish: true, 1),
      ]
    }
  }
}
