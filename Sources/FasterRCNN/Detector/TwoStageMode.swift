import DetectionUtilities
import ImageCodecs
import Models

/// The steps from R-CNN to Faster R-CNN. All three run on one set of weights, so that they show what each step bought in
/// time and in precision.
public enum TwoStageMode {
  /// Every region is cut out of the image, warped to one size and sent through the whole network (Girshick et al. 2014).
  case rCNN(RegionSource.Proposals)
  /// The network sees the image once; given regions are max-pooled out of its maps (Girshick 2015).
  case fastRCNN(RegionSource.Proposals)
  /// The network proposes the regions itself (Ren et al. 2015).
  case fasterRCNN

  /// Where the mode's regions come from.
  var regionSource: RegionSource {
    switch self {
    case .rCNN(let proposals), .fastRCNN(let proposals): .external(proposals)
    case .fasterRCNN: .proposalNetwork
    }
  }
}

/// Where the time of one detection went, seconds.
public struct StageTimes: Hashable, Sendable {
  /// Resizing and normalising the image.
  public var preparation = 0.0
  /// Proposals from elsewhere than the network.
  public var externalProposals = 0.0
  /// Backbone, pyramid and, where it takes part, the proposal network.
  public var trunk = 0.0
  /// Decoding and filtering the proposal network's boxes.
  public var proposals = 0.0
  /// Cutting regions out of the maps.
  public var pooling = 0.0
  /// The head on all regions.
  public var head = 0.0
  /// Scores, decoding and suppression.
  public var decoding = 0.0
  /// Regions that the head saw.
  public var regionCount = 0

  public init() {}

  public var total: Double { preparation + externalProposals + trunk + proposals + pooling + head + decoding }
  /// Share of the time that is spent outside of the networks, once the image is prepared.
  public var shareOutsideOfPlans: Double {
    let outside = proposals + pooling + decoding
    return outside / max(outside + trunk + head, .leastNormalMagnitude)
  }
}
