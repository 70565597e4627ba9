import Backbones
import ComputeGraph

/// Lite R-ASPP (Howard et al. 2019, section 6.4) under torchvision's parameter names: the last map of MobileNetV3 at stride 16,
/// weighted by what its mean says, is enlarged to stride 8, where a finer map's scores are added to its own.
struct LiteRASPP {
  var backbone: BackboneConfiguration
  var classCount: Int
  var innerChannels = 128

  /// Scores at stride 8.
  func callAsFunction(_ images: Value) -> Value {
    let trunk = Backbone(backbone, prefix: "backbone.", outputStride: 16)
    let (maps, described) = (trunk(images), trunk.featureMaps)
    let (low, high) = (maps[1], maps[maps.count - 1])
    let highChannels = described[maps.count - 1].channels
    let block = ConvolutionBlock(
      "classifier.cbr.0", normalization: "classifier.cbr.1", inputChannels: highChannels, outputChannels: innerChannels,
      kernelSize: 1)
    let scale = Convolution(
      "classifier.scale.1", inputChannels: highChannels, outputChannels: innerChannels, kernelSize: 1, hasBias: false)
    let weighted = block(high) * scale(high.globallyAveraged()).sigmoid()
    return scores("low_classifier", described[1].channels)(low)
      + scores("high_classifier", innerChannels)(weighted.resized(like: low))
  }

  private func scores(_ name: String, _ channels: Int) -> Convolution {
    Convolution("classifier.\(name)", inputChannels: channels, outputChannels: classCount, kernelSize: 1)
  }
}
