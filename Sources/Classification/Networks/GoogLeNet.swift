import ComputeGraph

/// The network of Szegedy et al. 2014 (table 1) with batch normalisation and 3×3 convolutions in the place of 5×5 ones, as
/// torchvision has it, without the auxiliary classifiers that only training uses there: 6,624,904 parameters for 1,000 classes.
struct GoogLeNet {
  var inputChannels: Int
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x = block("conv1", inputChannels, 64, kernelSize: 7, stride: 2, images)
    x = x.maxPooled(kernelSize: 3, stride: 2, ceilMode: true)
    x = block("conv2", 64, 64, kernelSize: 1, x)
    x = block("conv3", 64, 192, kernelSize: 3, x).maxPooled(kernelSize: 3, stride: 2, ceilMode: true)
    var channels = 192
    for module in Self.modules {
      x = inception(module, inputChannels: channels, x)
      channels = module.outputChannels
      if let size = module.pooling { x = x.maxPooled(kernelSize: size, stride: 2, ceilMode: true) }
    }
    x = x.globallyAveraged().flattened().droppedOut(rate: 0.2, if: hasDropout)
    return InnerProduct("fc", inputFeatures: channels, outputFeatures: classCount)(x)
  }

  /// Four ways through one map, side by side (section 4 of the paper).
  private func inception(_ module: InceptionModule, inputChannels: Int, _ x: Value) -> Value {
    let name = "inception\(module.name)"
    let (middle, large) = (module.threeByThree, module.fiveByFive)
    return Value.concatenated([
      block("\(name).branch1", inputChannels, module.oneByOne, kernelSize: 1, x),
      block(
        "\(name).branch2.1", middle.reduced, middle.output, kernelSize: 3,
        block("\(name).branch2.0", inputChannels, middle.reduced, kernelSize: 1, x)),
      block(
        "\(name).branch3.1", large.reduced, large.output, kernelSize: 3,
        block("\(name).branch3.0", inputChannels, large.reduced, kernelSize: 1, x)),
      block(
        "\(name).branch4.1", inputChannels, module.pooled, kernelSize: 1,
        x.maxPooled(kernelSize: 3, stride: 1, padding: 1, ceilMode: true)),
    ])
  }

  private func block(
    _ name: String, _ input: Int, _ output: Int, kernelSize: Int, stride: Int = 1, _ x: Value
  ) -> Value {
    let y = Convolution(
      "\(name).conv", inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2, hasBias: false)(x)
    return BatchNormalization("\(name).bn", channels: output, epsilon: 1e-3)(y).relu()
  }

  private static let modules = [
    InceptionModule("3a", 64, (96, 128), (16, 32), 32),
    InceptionModule("3b", 128, (128, 192), (32, 96), 64, pooling: 3),
    InceptionModule("4a", 192, (96, 208), (16, 48), 64),
    InceptionModule("4b", 160, (112, 224), (24, 64), 64),
    InceptionModule("4c", 128, (128, 256), (24, 64), 64),
    InceptionModule("4d", 112, (144, 288), (32, 64), 64),
    InceptionModule("4e", 256, (160, 320), (32, 128), 128, pooling: 2),
    InceptionModule("5a", 256, (160, 320), (32, 128), 128),
    InceptionModule("5b", 384, (192, 384), (48, 128), 128),
  ]
}

/// A row of the paper's table 1: the channels of each way.
private struct InceptionModule {
  var name: String
  var oneByOne: Int
  var threeByThree: (reduced: Int, output: Int)
  var fiveByFive: (reduced: Int, output: Int)
  var pooled: Int
  /// Window of the pooling with stride 2 behind the module; nil for none.
  var pooling: Int?

  init(
    _ name: String, _ oneByOne: Int, _ threeByThree: (reduced: Int, output: Int),
    _ fiveByFive: (reduced: Int, output: Int), _ pooled: Int, pooling: Int? = nil
  ) {
    self.name = name
    self.oneByOne = oneByOne
    self.threeByThree = threeByThree
    self.fiveByFive = fiveByFive
    self.pooled = pooled
    self.pooling = pooling
  }

  var outputChannels: Int { oneByOne + threeByThree.output + fiveByFive.output + pooled }
}
