import ComputeGraph

/// The network that lectures on convolutional networks begin with: twice a 3×3 convolution, ReLU and 2×2 pooling, then 1,024
/// hidden units and the classes. 2,389,962 parameters on 32×32×3 with 10 classes.
struct LectureNetwork {
  var inputChannels: Int
  var inputRows: Int
  var inputColumns: Int
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x = Convolution("conv1", inputChannels: inputChannels, outputChannels: 32, kernelSize: 3)(images).relu()
    x = x.maxPooled(kernelSize: 2, stride: 2)
    x = Convolution("conv2", inputChannels: 32, outputChannels: 64, kernelSize: 3)(x).relu()
    x = x.maxPooled(kernelSize: 2, stride: 2).flattened()
    let features = 64 * max(1, Self.extent(inputRows)) * max(1, Self.extent(inputColumns))
    x = InnerProduct("fc1", inputFeatures: features, outputFeatures: 1024)(x).relu()
    x = x.droppedOut(rate: 0.5, if: hasDropout)
    return InnerProduct("fc2", inputFeatures: 1024, outputFeatures: classCount)(x)
  }

  /// Rows or columns behind both poolings.
  private static func extent(_ input: Int) -> Int { ((input - 2) / 2 - 2) / 2 }
}

/// Layers that are fully connected from the pixels on, which know nothing of neighbourhood: what convolutions are compared
/// with.
struct FullyConnectedNetwork {
  /// Channels times rows times columns.
  var inputFeatures: Int
  /// Units of each hidden layer.
  var hiddenUnits: [Int]
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x = images.flattened()
    var features = inputFeatures
    for (index, units) in hiddenUnits.enumerated() {
      x = InnerProduct("fc\(index + 1)", inputFeatures: features, outputFeatures: units)(x).relu()
      x = x.droppedOut(rate: 0.5, if: hasDropout)
      features = units
    }
    return InnerProduct("fc\(hiddenUnits.count + 1)", inputFeatures: features, outputFeatures: classCount)(x)
  }
}
