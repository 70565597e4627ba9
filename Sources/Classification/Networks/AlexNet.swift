import ComputeGraph

/// The network of Krizhevsky 2014 ("One weird trick", arXiv:1404.5997), AlexNet without its second tower and without local
/// response normalisation, with torchvision's parameter names: 61,100,840 parameters for 1,000 classes.
struct AlexNet {
  var inputChannels: Int
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    var x = convolution(0, inputChannels, 64, kernelSize: 11, stride: 4, padding: 2, images)
      .maxPooled(kernelSize: 3, stride: 2)
    x = convolution(3, 64, 192, kernelSize: 5, padding: 2, x).maxPooled(kernelSize: 3, stride: 2)
    x = convolution(6, 192, 384, kernelSize: 3, padding: 1, x)
    x = convolution(8, 384, 256, kernelSize: 3, padding: 1, x)
    x = convolution(10, 256, 256, kernelSize: 3, padding: 1, x).maxPooled(kernelSize: 3, stride: 2)
    x = x.adaptivelyAveraged(rows: 6, columns: 6).flattened().droppedOut(rate: 0.5, if: hasDropout)
    x = InnerProduct("classifier.1", inputFeatures: 256 * 6 * 6, outputFeatures: 4096)(x).relu()
    x = x.droppedOut(rate: 0.5, if: hasDropout)
    x = InnerProduct("classifier.4", inputFeatures: 4096, outputFeatures: 4096)(x).relu()
    return InnerProduct("classifier.6", inputFeatures: 4096, outputFeatures: classCount)(x)
  }

  private func convolution(
    _ index: Int, _ input: Int, _ output: Int, kernelSize: Int, stride: Int = 1, padding: Int, _ x: Value
  ) -> Value {
    Convolution(
      "features.\(index)", inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: padding)(x).relu()
  }
}

extension Value {
  /// Dropout where a network shall have it.
  func droppedOut(rate: Float, if isWanted: Bool) -> Value { isWanted ? droppedOut(rate: rate) : self }
}
