import Backbones
import DetectionUtilities
import ImageCodecs
import Models

/// Everything that describes a two-stage detector, apart from its classes and weights.
///
/// The defaults of the proposal network, the sampling and the losses are those of Ren et al. 2015 as torchvision and
/// detectron2 have them; widths and counts are chosen for two CPU cores.
public struct FasterRCNNConfiguration: Codable, Sendable, Hashable {
  /// Size to which images are letterboxed, in pixels; multiples of the coarsest backbone stride, 32.
  public var inputSize = ImageSize(width: 416, height: 416)
  /// `fixed` for pixels from 0 to 1, `perImage` for each image's own mean and deviation, for images that differ in brightness
  /// and contrast, as those of microscopes do.
  public var normalization = ImageNormalization.fixed
  public var backbone = BackboneConfiguration(depth: .resNet18, widthMultiplier: 0.5)
  public var pyramid = PyramidConfiguration()
  public var proposals = ProposalConfiguration()
  public var regions = RegionConfiguration()
  public var masks = MaskConfiguration()
  public var semantics = SemanticConfiguration()

  public init() {}

  /// Files from before there were masks, a semantic head and a choice of normalisation do not name them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    inputSize = try values.decode(ImageSize.self, forKey: .inputSize)
    normalization = try values.decodeIfPresent(ImageNormalization.self, forKey: .normalization) ?? normalization
    backbone = try values.decode(BackboneConfiguration.self, forKey: .backbone)
    pyramid = try values.decode(PyramidConfiguration.self, forKey: .pyramid)
    proposals = try values.decode(ProposalConfiguration.self, forKey: .proposals)
    regions = try values.decode(RegionConfiguration.self, forKey: .regions)
    masks = try values.decodeIfPresent(MaskConfiguration.self, forKey: .masks) ?? masks
    semantics = try values.decodeIfPresent(SemanticConfiguration.self, forKey: .semantics) ?? semantics
  }

  /// Input pixels per cell of the maps that regions are pooled from.
  public var strides: [Int] {
    Backbone(backbone).featureMaps.map(\.stride).filter { $0 >= pyramid.finestStride }
  }

  /// Of the maps that the proposal network reads.
  public var proposalStrides: [Int] {
    let strides = strides
    return strides + (pyramid.hasPooledLevel ? strides.suffix(1).map { 2 * $0 } : [])
  }
}

/// The maps that both stages read.
public struct PyramidConfiguration: Codable, Sendable, Hashable {
  /// Width of every map.
  public var channels = 96
  /// Stride of the finest map: 4 (C2 on, as in Lin et al. 2017), 8 (C3 on, as the single-stage detector has it), or with
  /// a MobileNet also 16 and 32 (its two coarsest maps, as torchvision has it).
  public var finestStride = 8
  /// Batch normalisation in the pyramid, which training from scratch wants; of torchvision's detectors, `_v2` has it.
  public var hasNormalization = true
  /// A further map for the proposal network alone, every second cell of the coarsest one.
  public var hasPooledLevel = true

  public init() {}
}

/// The first stage: anchors, what the network learns from, and which of its boxes go on.
public struct ProposalConfiguration: Codable, Sendable, Hashable {
  /// Square roots of the anchors' areas, pixels of the network's input: one list per map, the pooled one included.
  /// Empty: four times the map's stride.
  public var anchorSizes: [[Double]] = []
  /// Height over width.
  public var aspectRatios = [0.5, 1, 2]
  /// 3×3 convolutions before the two outputs.
  public var convolutions = 1
  /// Anchors with at least this IoU learn an object; so does every object's best anchor.
  public var objectIoU = 0.7
  /// Anchors with less learn background.
  public var backgroundIoU = 0.3
  /// Anchors per image that take part in the loss, and the largest share of objects among them.
  public var samplesPerImage = 256
  public var positiveFraction = 0.5
  /// Best boxes per map before suppression, and in all after it, in training.
  public var trainingCandidates = 1000
  public var trainingCount = 500
  /// The same in detection.
  public var candidates = 1000
  public var count = 300
  /// Overlap above which the weaker of two boxes of one map is suppressed.
  public var suppressionIoU = 0.7
  /// Boxes with a shorter side are dropped, pixels of the network's input.
  public var minimumSize = 1e-3
  /// Boxes whose objectness, as a probability, is lower are dropped.
  public var minimumScore = 0.0

  public init() {}

  /// Files from before there were several convolutions and a lowest score do not name them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    anchorSizes = try values.decode([[Double]].self, forKey: .anchorSizes)
    aspectRatios = try values.decode([Double].self, forKey: .aspectRatios)
    convolutions = try values.decodeIfPresent(Int.self, forKey: .convolutions) ?? convolutions
    objectIoU = try values.decode(Double.self, forKey: .objectIoU)
    backgroundIoU = try values.decode(Double.self, forKey: .backgroundIoU)
    samplesPerImage = try values.decode(Int.self, forKey: .samplesPerImage)
    positiveFraction = try values.decode(Double.self, forKey: .positiveFraction)
    trainingCandidates = try values.decode(Int.self, forKey: .trainingCandidates)
    trainingCount = try values.decode(Int.self, forKey: .trainingCount)
    candidates = try values.decode(Int.self, forKey: .candidates)
    count = try values.decode(Int.self, forKey: .count)
    suppressionIoU = try values.decode(Double.self, forKey: .suppressionIoU)
    minimumSize = try values.decode(Double.self, forKey: .minimumSize)
    minimumScore = try values.decodeIfPresent(Double.self, forKey: .minimumScore) ?? minimumScore
  }
}

/// The second stage: pooling, the head on every region, and what it learns from.
public struct RegionConfiguration: Codable, Sendable, Hashable {
  public var pooling = RegionPooling.Method.roiAlign
  /// Cells of a region along either axis.
  public var poolingSize = 7
  /// Samples of RoIAlign per cell and axis; 0 for as many as the region has map cells.
  public var samplingRatio = 2
  /// 3×3 convolutions on the pooled maps, with batch normalisation; 0 for none, as in the paper.
  public var convolutions = 0
  /// Fully connected layers behind them.
  public var fullyConnectedLayers = 2
  /// Width of the fully connected layers.
  public var width = 512
  /// Regions with at least this IoU learn an object, the others background.
  public var objectIoU = 0.5
  /// Regions per image that take part in the loss, and the largest share of objects among them.
  public var samplesPerImage = 64
  public var positiveFraction = 0.25
  /// Where the smooth L1 losses of both stages turn from square to straight.
  public var smoothL1Beta = 1.0 / 9
  /// Factor on the box loss of this stage.
  public var boxLossWeight = 1.0

  public init() {}
}
