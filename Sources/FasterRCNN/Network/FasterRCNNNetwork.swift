import Backbones
import ComputeGraph
import DetectionUtilities

/// The two-stage detector as two networks, between which regions are pooled: the trunk (backbone, feature pyramid,
/// region proposal network) and the head that classifies every region.
///
/// Ren et al. 2015 over the pyramid of Lin et al. 2017, under torchvision's parameter names.
public struct FasterRCNNNetwork: Sendable {
  public var configuration: FasterRCNNConfiguration
  public var classCount: Int

  public init(_ configuration: FasterRCNNConfiguration, classCount: Int) {
    precondition(classCount > 0, "a detector knows at least one class")
    self.configuration = configuration
    self.classCount = classCount
  }

  /// Maps that regions are pooled from; the first outputs of ``trunk`` and all of ``features``.
  public var mapCount: Int { configuration.strides.count }

  /// Images to maps, then objectness N × A × H × W and box deltas N × 4A × H × W of every proposal map in turn; with a semantic head
  /// the scores of every pixel of the input at the end, N × (1 + stuff) × H × W, things first.
  public var trunk: Graph {
    Graph(inputChannels: 3) { images in
      let maps = pyramid(images)
      let read = configuration.pyramid.hasPooledLevel ? maps + [maps[mapCount - 1].everySecondCell] : maps
      let semantics = configuration.semantics.isPredicted ? [semanticScores(maps).resized(like: images)] : []
      return maps + read.flatMap(proposalHead) + semantics
    }
  }

  /// The trunk without the proposal network: what R-CNN and Fast R-CNN have.
  public var features: Graph { Graph(inputChannels: 3) { pyramid($0) } }

  /// Pooled regions R × C × S × S to class logits R × (1 + classes), background first, and box deltas
  /// R × 4(1 + classes).
  public var regionHead: Graph {
    let settings = configuration.regions
    return Graph(inputChannels: configuration.pyramid.channels) { pooled in
      let channels = configuration.pyramid.channels
      let name = "roi_heads.box_head"
      var x = pooled
      for index in 0..<settings.convolutions {
        x = Convolution(
          "\(name).\(index).0", inputChannels: channels, outputChannels: channels, kernelSize: 3, padding: 1,
          hasBias: false)(x)
        x = BatchNormalization("\(name).\(index).1", channels: channels)(x).relu()
      }
      x = x.flattened()
      var features = channels * settings.poolingSize * settings.poolingSize
      for layer in fullyConnectedNames {
        x = InnerProduct(layer, inputFeatures: features, outputFeatures: settings.width)(x).relu()
        features = settings.width
      }
      return [
        InnerProduct(Self.classPredictor, inputFeatures: features, outputFeatures: 1 + classCount)(x),
        InnerProduct(Self.boxPredictor, inputFeatures: features, outputFeatures: 4 * (1 + classCount))(x),
      ]
    }
  }

  /// Of all of its networks.
  public var parameters: [ParameterSpecification] {
    trunk.parameters + regionHead.parameters + (configuration.masks.isPredicted ? maskHead.parameters : [])
  }

  /// The anchors of the proposal network.
  public var anchors: AnchorGenerator {
    let settings = configuration.proposals
    let sizes =
      settings.anchorSizes.isEmpty
      ? configuration.proposalStrides.map { [4 * Double($0)] } : settings.anchorSizes
    return AnchorGenerator(levels: sizes.map { .init(sizes: $0, aspectRatios: settings.aspectRatios) })
  }

  /// torchvision's: `fc6` and `fc7`, or the places in a sequence of convolutions, a flattening and these.
  var fullyConnectedNames: [String] {
    let settings = configuration.regions
    return (0..<settings.fullyConnectedLayers).map { layer in
      settings.convolutions == 0
        ? "roi_heads.box_head.fc\(6 + layer)" : "roi_heads.box_head.\(settings.convolutions + 1 + 2 * layer)"
    }
  }

  var proposalConvolutionNames: [String] {
    (0..<configuration.proposals.convolutions).map { "rpn.head.conv.\($0).0" }
  }

  static let classPredictor = "roi_heads.box_predictor.cls_score"
  static let boxPredictor = "roi_heads.box_predictor.bbox_pred"

  private func pyramid(_ images: Value) -> [Value] {
    let backbone = Backbone(configuration.backbone, prefix: "backbone.body.")
    return featurePyramid(Array(backbone(images).dropFirst(backbone.featureMaps.count - mapCount)))
  }

  private var featurePyramid: FeaturePyramid {
    let maps = Backbone(configuration.backbone, prefix: "backbone.body.").featureMaps
    return FeaturePyramid(
      inputs: Array(maps.dropFirst(maps.count - mapCount)), channels: configuration.pyramid.channels,
      hasNormalization: configuration.pyramid.hasNormalization, prefix: "backbone.")
  }

  /// At the size of the finest map.
  private func semanticScores(_ maps: [Value]) -> Value {
    let settings = configuration.semantics
    return SemanticHead(
      inputs: featurePyramid.featureMaps, channels: settings.channels, classCount: settings.scoreCount)(maps)
  }

  /// One for all maps, so its weights are shared.
  private func proposalHead(_ map: Value) -> [Value] {
    let channels = configuration.pyramid.channels
    let anchorCount = anchors.levels[0].anchorsPerCell
    var x = map
    for layer in proposalConvolutionNames {
      x = Convolution(layer, inputChannels: channels, outputChannels: channels, kernelSize: 3, padding: 1)(x).relu()
    }
    return [
      Convolution("rpn.head.cls_logits", inputChannels: channels, outputChannels: anchorCount, kernelSize: 1)(x),
      Convolution("rpn.head.bbox_pred", inputChannels: channels, outputChannels: 4 * anchorCount, kernelSize: 1)(x),
    ]
  }
}

extension Value {
  fileprivate var everySecondCell: Value { maxPooled(kernelSize: 1, stride: 2) }
}
