import ComputeGraph

/// The networks of Iandola et al. 2016 (versions 1.0 and 1.1) with torchvision's parameter names; 1,248,424 and 1,235,496
/// parameters for 1,000 classes. No layer is fully connected: every class has a map, whose mean is its logit.
struct SqueezeNet {
  enum Version {
    case one
    /// With smaller kernels in front and earlier pooling: 2.4 times less work.
    case oneOne
  }

  var version: Version
  var inputChannels: Int
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x: Value
    var channels: Int
    switch version {
    case .one:
      channels = 96
      x = Convolution(
        "features.0", inputChannels: inputChannels, outputChannels: channels, kernelSize: 7, stride: 2)(images).relu()
    case .oneOne:
      channels = 64
      x = Convolution(
        "features.0", inputChannels: inputChannels, outputChannels: channels, kernelSize: 3, stride: 2)(images).relu()
    }
    for index in 2...12 {
      if poolings.contains(index) {
        x = x.maxPooled(kernelSize: 3, stride: 2, ceilMode: true)
      } else if let width = squeezedChannels[index] {
        x = fire("features.\(index)", inputChannels: channels, squeezed: width, x)
        channels = 8 * width
      }
    }
    x = x.droppedOut(rate: 0.5, if: hasDropout)
    x = Convolution("classifier.1", inputChannels: channels, outputChannels: classCount, kernelSize: 1)(x).relu()
    return x.globallyAveraged().flattened()
  }

  /// Positions of the poolings among torchvision's modules.
  private var poolings: Set<Int> {
    switch version {
    case .one: [2, 6, 11]
    case .oneOne: [2, 5, 8]
    }
  }

  /// Channels of the narrow layer of the fire module at a position.
  private var squeezedChannels: [Int: Int] {
    switch version {
    case .one: [3: 16, 4: 16, 5: 32, 7: 32, 8: 48, 9: 48, 10: 64, 12: 64]
    case .oneOne: [3: 16, 4: 16, 6: 32, 7: 32, 9: 48, 10: 48, 11: 64, 12: 64]
    }
  }

  /// Section 3.2: few channels, which 1×1 and 3×3 kernels see side by side.
  private func fire(_ name: String, inputChannels: Int, squeezed: Int, _ x: Value) -> Value {
    let narrow = Convolution("\(name).squeeze", inputChannels: inputChannels, outputChannels: squeezed, kernelSize: 1)(
      x
    ).relu()
    let small = Convolution("\(name).expand1x1", inputChannels: squeezed, outputChannels: 4 * squeezed, kernelSize: 1)
    let large = Convolution(
      "\(name).expand3x3", inputChannels: squeezed, outputChannels: 4 * squeezed, kernelSize: 3, padding: 1)
    return Value.concatenated([small(narrow).relu(), large(narrow).relu()])
  }
}
