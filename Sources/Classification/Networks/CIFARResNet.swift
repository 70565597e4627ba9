import ComputeGraph

/// The residual networks of He et al. 2015 for small images (section 4.2), 6n + 2 layers, with shortcuts without parameters
/// (option A): 269,722 parameters for 20 layers and 10 classes.
///
/// Where the map is halved, the shortcut takes every other row and column, and zeros stand in the place of new channels, half
/// of them before and half behind. Parameter names are those of Idelbayev's "Proper ResNet implementation for CIFAR10",
/// whose weights are the ones that people have.
struct CIFARResNet {
  /// n: residual blocks of each of the three stages.
  var blocksPerStage: Int
  var inputChannels: Int
  var classCount: Int
  /// Factor on every layer's channels, which are rounded to multiples of 4.
  var widthMultiplier: Double

  func callAsFunction(_ images: Value) -> Value {
    var channels = width(16)
    var x = convolution("conv1", inputChannels, channels, images)
    x = BatchNormalization("bn1", channels: channels)(x).relu()
    for stage in 0..<3 {
      for block in 0..<blocksPerStage {
        let output = width(16 << stage)
        x = residual(
          "layer\(stage + 1).\(block)", x, inputChannels: channels, outputChannels: output,
          stride: stage > 0 && block == 0 ? 2 : 1)
        channels = output
      }
    }
    return InnerProduct("linear", inputFeatures: channels, outputFeatures: classCount)(
      x.globallyAveraged().flattened())
  }

  private func residual(
    _ name: String, _ x: Value, inputChannels: Int, outputChannels: Int, stride: Int
  ) -> Value {
    var y = convolution("\(name).conv1", inputChannels, outputChannels, stride: stride, x)
    y = BatchNormalization("\(name).bn1", channels: outputChannels)(y).relu()
    y = convolution("\(name).conv2", outputChannels, outputChannels, y)
    y = BatchNormalization("\(name).bn2", channels: outputChannels)(y)
    if stride == 1 && inputChannels == outputChannels { return (y + x).relu() }
    let before = (outputChannels - inputChannels) / 2
    let shortcut = x.rearranged(.sampling(rowStride: stride, columnStride: stride))
      .rearranged(.zeroChannels(before: before, behind: outputChannels - inputChannels - before))
    return (y + shortcut).relu()
  }

  private func convolution(_ name: String, _ input: Int, _ output: Int, stride: Int = 1, _ x: Value) -> Value {
    Convolution(
      name, inputChannels: input, outputChannels: output, kernelSize: 3, stride: stride, padding: 1, hasBias: false)(x)
  }

  private func width(_ channels: Int) -> Int {
    max(4, Int((Double(channels) * widthMultiplier / 4).rounded()) * 4)
  }
}
