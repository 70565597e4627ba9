import Backbones
import ComputeGraph

/// A feature pyramid on any backbone and the semantic head of Kirillov et al. 2019 ("Panoptic Feature Pyramid Networks",
/// section 3.1), with scores at stride 4.
struct SemanticPyramid {
  var backbone: BackboneConfiguration
  var classCount: Int
  /// Of the pyramid's maps; 256 in the paper. The head has half.
  var channels: Int

  /// Scores at the backbone's finest stride.
  func callAsFunction(_ images: Value) -> Value {
    let trunk = Backbone(backbone, prefix: "backbone.")
    let pyramid = FeaturePyramid(
      inputs: trunk.featureMaps.oneAStride, channels: channels, hasNormalization: true, enlargement: .bilinear)
    let maps = zip(trunk.featureMaps, trunk(images)).filter { pyramid.inputs.contains($0.0) }.map(\.1)
    let head = SemanticHead(inputs: pyramid.featureMaps, channels: channels / 2, classCount: classCount)
    return head(pyramid(maps))
  }
}

extension [FeatureMapSpecification] {
  /// Of maps of one stride the last: a MobileNet has two at stride 32.
  fileprivate var oneAStride: [FeatureMapSpecification] {
    indices.filter { $0 == count - 1 || self[$0].stride < self[$0 + 1].stride }.map { self[$0] }
  }
}
