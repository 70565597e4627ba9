import Backbones
import ComputeGraph

/// A head on a backbone whose last stages are dilated instead of strided, as torchvision has FCN and DeepLabV3, under its
/// parameter names.
struct DilatedNetwork {
  enum Head {
    case fullyConvolutional
    case atrousPyramid
  }

  var head: Head
  var backbone: BackboneConfiguration
  var classCount: Int
  var hasDropout: Bool

  /// Scores at the backbone's stride, and with an auxiliary head those of an earlier map.
  func callAsFunction(_ images: Value, hasAuxiliaryHead: Bool) -> [Value] {
    // torchvision dilates the last stage of a MobileNet, the last two of a ResNet.
    let trunk = Backbone(backbone, prefix: "backbone.", outputStride: backbone.family == .resNet ? 8 : 16)
    let (maps, described) = (trunk(images), trunk.featureMaps)
    let last = maps.count - 1
    let scores =
      switch head {
      case .fullyConvolutional: convolutions("classifier", maps[last], channels: described[last].channels)
      case .atrousPyramid: pyramid(maps[last], channels: described[last].channels)
      }
    guard hasAuxiliaryHead else { return [scores] }
    let early = backbone.family == .resNet ? 2 : 1
    return [scores, convolutions("aux_classifier", maps[early], channels: described[early].channels)]
  }

  /// torchvision's `FCNHead`.
  private func convolutions(_ name: String, _ x: Value, channels: Int) -> Value {
    let inner = channels / 4
    let block = ConvolutionBlock(
      "\(name).0", normalization: "\(name).1", inputChannels: channels, outputChannels: inner, kernelSize: 3)
    return Convolution("\(name).4", inputChannels: inner, outputChannels: classCount, kernelSize: 1)(
      block(x).droppedOut(rate: 0.1, if: hasDropout))
  }

  /// torchvision's `DeepLabHead`: what lies around each element at several distances, and the mean of the whole map.
  private func pyramid(_ x: Value, channels: Int, width: Int = 256) -> Value {
    let name = "classifier.0"
    func branch(_ index: Int, convolution: Int = 0, _ value: Value, kernelSize: Int, dilation: Int = 1) -> Value {
      ConvolutionBlock(
        "\(name).convs.\(index).\(convolution)", normalization: "\(name).convs.\(index).\(convolution + 1)",
        inputChannels: channels, outputChannels: width, kernelSize: kernelSize, dilation: dilation)(value)
    }
    var branches = [branch(0, x, kernelSize: 1)]
    for (index, rate) in [12, 24, 36].enumerated() {
      branches.append(branch(index + 1, x, kernelSize: 3, dilation: rate))
    }
    branches.append(branch(4, convolution: 1, x.globallyAveraged(), kernelSize: 1).resized(like: x))
    let joined = ConvolutionBlock(
      "\(name).project.0", normalization: "\(name).project.1", inputChannels: 5 * width, outputChannels: width,
      kernelSize: 1)(.concatenated(branches)).droppedOut(rate: 0.5, if: hasDropout)
    let block = ConvolutionBlock(
      "classifier.1", normalization: "classifier.2", inputChannels: width, outputChannels: width, kernelSize: 3)
    return Convolution("classifier.4", inputChannels: width, outputChannels: classCount, kernelSize: 1)(block(joined))
  }
}

extension Value {
  /// Dropout where a network is to have it.
  func droppedOut(rate: Float, if isWanted: Bool) -> Value { isWanted ? droppedOut(rate: rate) : self }
}
