import DetectionUtilities
import ImageCodecs
import Models

/// Where a two-stage detector's regions come from.
public enum RegionSource {
  /// The network proposes them itself (Ren et al. 2015).
  case proposalNetwork
  /// Boxes of an image from elsewhere, pixels of the image as it came.
  case external(Proposals)

  /// Boxes of an image, in its pixels.
  public typealias Proposals = (_ image: SourceImage) throws -> [BoundingBox]
}

/// Makes the regions that the box head sees, from the trunk's features or from another source.
package struct ProposalStage {
  private let source: RegionSource
  private let filter: ProposalFilter

  package init(_ source: RegionSource, configuration: FasterRCNNConfiguration) {
    self.source = source
    let settings = configuration.proposals
    filter = ProposalFilter(
      candidates: settings.candidates, count: settings.count, suppressionIoU: settings.suppressionIoU,
      minimumSize: settings.minimumSize, minimumScore: settings.minimumScore, inputSize: configuration.inputSize)
  }

  /// Regions of an image, best first, in pixels of the network's input.
  func callAsFunction(
    _ features: CompiledFasterRCNN.Features, _ image: SourceImage, _ input: NetworkInput, times: inout StageTimes
  ) throws -> [BoundingBox] {
    guard case .external(let proposals) = source else {
      guard let outputs = features.proposals else { preconditionFailure("this network proposes no regions") }
      return times.measure(\.proposals) { select(outputs, within: input.transform.clippingSize) }
    }
    return try external(proposals, image, times: &times).map(input.toNetwork)
  }

  /// What the proposal network proposes, best first.
  ///
  /// - Parameter size: the part of the input that the image takes; nil for all of it.
  package func select(_ outputs: ProposalOutputs, within size: ImageSize? = nil) -> [BoundingBox] {
    var filter = filter
    if let size { filter.inputSize = size }
    return filter(outputs, image: 0)
  }

  /// Boxes from elsewhere, without those that lie outside of the image or are no boxes.
  func external(
    _ proposals: RegionSource.Proposals, _ image: SourceImage, times: inout StageTimes
  ) throws -> [BoundingBox] {
    try times.measure(\.externalProposals) {
      try proposals(image).filter(\.isValid)
        .map { $0.clipped(width: Double(image.image.width), height: Double(image.image.height)) }
        .filter { $0.area > 0 }
    }
  }
}
