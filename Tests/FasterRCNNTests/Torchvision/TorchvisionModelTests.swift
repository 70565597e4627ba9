import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Testing

/// Holds the whole detector against torchvision's `FasterRCNN` of the same weights.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionModelTests {
  /// That of torchvision's `resnet_fpn_backbone("resnet18")`.
  private static var configuration: FasterRCNNConfiguration {
    var configuration = FasterRCNNConfiguration()
    configuration.inputSize = ImageSize(width: 320, height: 320)
    configuration.backbone = .init(depth: .resNet18)
    configuration.pyramid.channels = 256
    configuration.pyramid.finestStride = 4
    configuration.pyramid.hasNormalization = false
    configuration.proposals.anchorSizes = [[32], [64], [128], [256], [512]]
    configuration.regions.pooling = .legacyRoIAlign
    configuration.regions.width = 1024
    return configuration
  }

  /// Through the stages that `FasterRCNNDetector` runs.
  @Test func imageToDetections() throws {
    let fixtures = try TorchvisionFixtures("faster_rcnn")
    let stages = try CompiledFasterRCNN(
      Self.configuration, classCount: 5, parameters: TorchvisionFixtures("faster_rcnn_weights").tensors,
      mode: .fasterRCNN)
    let input = try fixtures.values("input")
    var times = StageTimes()
    let features = try stages.computeFeatures(filling: { _ = $0.update(from: input) }, times: &times)
    let outputs = try #require(features.proposals)
    for (level, map) in features.maps.enumerated() {
      try fixtures.expect(map.values, near: "map.\(level)", within: 1e-4)
    }
    for (level, output) in outputs.levels.enumerated() {
      try fixtures.expect(output.objectness.values, near: "objectness.\(level)", within: 1e-4)
      try fixtures.expect(output.deltas.values, near: "deltas.\(level)", within: 1e-4)
    }

    let proposals = ProposalStage(.proposalNetwork, configuration: Self.configuration).select(outputs)
    let expected = try fixtures.boxes("proposals")
    #expect(proposals.count == 300 && expected.count == 300)
    // The order of nearly equal ones hangs on rounding, and nothing on the order.
    let distances = expected.map { box in
      proposals.map { largestDifference($0.corners, box.corners) }.min() ?? .infinity
    }
    let farthest = distances.max() ?? .infinity
    print("torchvision faster_rcnn proposals: largest difference \(farthest) px")
    #expect(farthest <= 1e-3)

    let output = try stages.runBoxHead(proposals, features, times: &times)
    let found = RegionDecoder(
      classCount: 5, inputSize: Self.configuration.inputSize,
      options: DetectionOptions(confidence: 0.05, iou: 0.5, maximumDetections: 100))(output)
    #expect(found.count == 100)
    // No closer than a few times what torchvision is off its own answer in double precision: Winograd's rounding is larger.
    let rounding = try #require(fixtures.metadata["rounding_of_scores"].flatMap(Double.init))
    try fixtures.expect(found, boxes: 1e-3, scores: max(3e-5, 3 * rounding))
  }
}
