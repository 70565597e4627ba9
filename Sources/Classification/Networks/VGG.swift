import ComputeGraph

/// The networks of Simonyan & Zisserman 2014 (table 1, A, D and E) with torchvision's parameter names; 143,667,240
/// parameters for 19 layers and 1,000 classes.
struct VGG {
  /// Layers with weights.
  enum Depth {
    case eleven
    case sixteen
    case nineteen

    /// 3×3 convolutions of each of the five stages, between which the map is halved.
    var convolutions: [Int] {
      switch self {
      case .eleven: [1, 1, 2, 2, 2]
      case .sixteen: [2, 2, 3, 3, 3]
      case .nineteen: [2, 2, 4, 4, 4]
      }
    }
  }

  var depth: Depth
  var inputChannels: Int
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x = images
    var (index, channels) = (0, inputChannels)
    for (stage, count) in depth.convolutions.enumerated() {
      let width = min(64 << stage, 512)
      for _ in 0..<count {
        x = Convolution(
          "features.\(index)", inputChannels: channels, outputChannels: width, kernelSize: 3, padding: 1)(x).relu()
        channels = width
        // torchvision counts the activation too.
        index += 2
      }
      x = x.maxPooled(kernelSize: 2, stride: 2)
      index += 1
    }
    x = x.adaptivelyAveraged(rows: 7, columns: 7).flattened()
    x = InnerProduct("classifier.0", inputFeatures: 512 * 7 * 7, outputFeatures: 4096)(x).relu()
    x = x.droppedOut(rate: 0.5, if: hasDropout)
    x = InnerProduct("classifier.3", inputFeatures: 4096, outputFeatures: 4096)(x).relu()
    x = x.droppedOut(rate: 0.5, if: hasDropout)
    return InnerProduct("classifier.6", inputFeatures: 4096, outputFeatures: classCount)(x)
  }
}
