import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

/// Holds the choice of proposals against torchvision's `RegionProposalNetwork`.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionProposalTests {
  private static let levels = [32, 64, 128, 256, 512].map {
    AnchorGenerator.Level(sizes: [$0], aspectRatios: [0.5, 1, 2])
  }

  /// The same boxes in the same order, of an image that fills the batch and of one that is padded.
  @Test(arguments: [ImageSize(width: 256, height: 320), ImageSize(width: 200, height: 300)])
  func proposals(size: ImageSize) throws {
    let image = size.width == 256 ? 0 : 1
    let fixtures = try TorchvisionFixtures("proposals")
    let tensors = try (0..<5).flatMap {
      [try fixtures.tensor("objectness.\($0)"), try fixtures.tensor("deltas.\($0)")]
    }
    let grid = AnchorGrid(
      AnchorGenerator(levels: Self.levels), inputSize: ImageSize(width: 256, height: 320),
      maps: (0..<5).map { (rows: tensors[2 * $0].shape[2], columns: tensors[2 * $0].shape[3]) })
    let filter = ProposalFilter(candidates: 1000, count: 300, inputSize: size)
    let boxes = filter(ProposalOutputs(tensors, anchors: grid), image: image)
    #expect(boxes.count == 300)
    try fixtures.expect(boxes, near: "proposals.\(image)", within: 2e-4)
  }
}
