import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import NetworkPlans
import Testing

/// Holds the second stage, from pooled regions to detections, against torchvision's `TwoMLPHead`, `FastRCNNPredictor` and
/// `RoIHeads.postprocess_detections`.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionHeadTests {
  @Test func pooledRegionsToDetections() throws {
    let fixtures = try TorchvisionFixtures("box_head")
    var configuration = FasterRCNNConfiguration()
    configuration.pyramid.channels = 8
    configuration.regions.width = 64
    let features = try fixtures.tensor("features")
    let plan = try InferencePlan(
      FasterRCNNNetwork(configuration, classCount: 5).regionHead, parameters: fixtures.tensors.prefixed("roi_heads."),
      inputShape: features.shape, options: .init(zeroCopy: ZeroCopyBindings(input: true)))
    plan.blockedInput.clear()
    plan.blockedInput.copy(from: features)
    let outputs = try plan.run()
    try fixtures.expect(outputs[0].values, near: "logits", within: 2e-5)
    try fixtures.expect(outputs[1].values, near: "deltas", within: 2e-5)

    var row = 0
    for (image, size) in [ImageSize(width: 256, height: 320), ImageSize(width: 300, height: 240)].enumerated() {
      let regions = try fixtures.boxes("proposals.\(image)")
      let end = row + regions.count
      let options = DetectionOptions(confidence: 0.05, iou: 0.5, maximumDetections: 100)
      let found = RegionDecoder(classCount: 5, inputSize: size, options: options)(
        BoxHeadOutput(
          regions: regions, logits: Array(outputs[0].values[6 * row..<6 * end]),
          deltas: Array(outputs[1].values[24 * row..<24 * end])))
      try fixtures.expect(found, image: ".\(image)", boxes: 2e-4, scores: 2e-6)
      row = end
    }
    #expect(row == 190)
  }
}

extension TorchvisionFixtures {
  /// Holds detections to torchvision's, one by one in their order.
  func expect(_ found: [Detection], image: String = "", boxes: Double, scores: Double) throws {
    // torchvision counts the background.
    #expect(found.map { $0.classIndex + 1 } == (try integers("labels\(image)")))
    try expect(found.map(\.box), near: "boxes\(image)", within: boxes)
    try expect(found.map { Float($0.score) }, near: "scores\(image)", within: scores)
  }
}
