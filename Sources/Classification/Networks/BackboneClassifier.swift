import Backbones
import ComputeGraph

/// A backbone of detectors with the classifying end that torchvision gives it, under torchvision's parameter names.
struct BackboneClassifier {
  var backbone: BackboneConfiguration
  var classCount: Int
  var hasDropout: Bool

  func callAsFunction(_ images: Value) -> Value {
    switch backbone.family {
    case .resNet:
      let trunk = Backbone(backbone)
      return InnerProduct("fc", inputFeatures: lastChannels(trunk), outputFeatures: classCount)(
        lastMap(trunk, images).globallyAveraged().flattened())
    case .mobileNetV3Large, .mobileNetV3Small:
      let trunk = Backbone(backbone, prefix: "features.")
      let features = lastMap(trunk, images).globallyAveraged().flattened()
      var x = InnerProduct("classifier.0", inputFeatures: lastChannels(trunk), outputFeatures: hiddenUnits)(features)
      x = x.hardSwish().droppedOut(rate: 0.2, if: hasDropout)
      return InnerProduct("classifier.3", inputFeatures: hiddenUnits, outputFeatures: classCount)(x)
    }
  }

  /// Howard et al. 2019, tables 1 and 2, last rows; rounded to multiples of 8 as all its channels.
  private var hiddenUnits: Int {
    let units = Double(backbone.family == .mobileNetV3Large ? 1280 : 1024) * backbone.widthMultiplier
    return max(8, Int(units + 4) / 8 * 8)
  }

  private func lastMap(_ trunk: Backbone, _ images: Value) -> Value {
    let maps = trunk(images)
    return maps[maps.count - 1]
  }

  private func lastChannels(_ trunk: Backbone) -> Int {
    trunk.featureMaps[trunk.featureMaps.count - 1].channels
  }
}
