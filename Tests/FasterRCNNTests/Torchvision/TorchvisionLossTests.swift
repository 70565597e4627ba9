import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Tensors
import Testing

/// Holds both stages' losses and their gradients against torchvision's, on the anchors and regions that it sampled.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionLossTests {
  private let smoothL1 = SmoothL1Loss(beta: 1.0 / 9)

  /// Two maps of 480 and 120 anchors: the 600 of an image in the fixture.
  private static let maps = [(rows: 10, columns: 16), (rows: 5, columns: 8)]
  private static let grid = AnchorGrid(
    AnchorGenerator(levels: [16, 32].map { .init(sizes: [$0], aspectRatios: [0.5, 1, 2]) }),
    inputSize: ImageSize(width: 128, height: 80), maps: maps)

  @Test(arguments: ["rpn", "rpn_background"]) func proposals(name: String) throws {
    let fixtures = try TorchvisionFixtures("losses")
    let anchors = Self.grid.all
    let targets = try fixtures.deltas("\(name).targets")
    let chosen = (
      positives: try fixtures.integers("\(name).positives"), negatives: try fixtures.integers("\(name).negatives")
    )
    let samples = (0..<2).map { image in
      let places = { (mask: [Int]) in anchors.indices.filter { mask[image * anchors.count + $0] == 1 } }
      return ProposalLoss.Sample(
        positives: places(chosen.positives).map { anchor in
          // The loss encodes the box again.
          (anchor, BoxCoder().decode(targets[image * anchors.count + anchor], relativeTo: anchors[anchor]))
        }, negatives: places(chosen.negatives))
    }
    let outputs = ProposalOutputs(
      try Self.laidOut(fixtures.values("\(name).objectness"), fixtures.values("\(name).deltas")), anchors: Self.grid)
    let loss = ProposalLoss(
      matcher: AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true),
      sampler: BalancedSampler(count: 256, positiveFraction: 0.5), smoothL1: smoothL1)
    let value = loss(outputs, samples: samples)
    try fixtures.expect([value.objectness], near: "\(name).objectness_loss", within: 2e-6)
    try fixtures.expect([value.box], near: "\(name).box_loss", within: 2e-6)
    let expected = try Self.laidOut(
      fixtures.values("\(name).objectness_gradient"), fixtures.values("\(name).deltas_gradient"))
    let difference = largestDifference(
      value.gradients.flatMap { $0.values.map(Double.init) }, expected.flatMap { $0.values.map(Double.init) })
    print("torchvision losses \(name) gradients: largest difference \(difference)")
    #expect(difference <= 1e-7)
  }

  /// Lists over images and anchors as objectness and delta maps, level by level.
  private static func laidOut(_ objectness: [Float], _ deltas: [Float]) -> [Tensor] {
    var first = 0
    return maps.flatMap { map in
      let cells = map.rows * map.columns
      var logits = Tensor(zeros: [2, 3, map.rows, map.columns])
      var boxes = Tensor(zeros: [2, 12, map.rows, map.columns])
      for image in 0..<2 {
        for anchor in 0..<3 * cells {
          let (cell, kind) = anchor.quotientAndRemainder(dividingBy: 3)
          let place = image * 600 + first + anchor
          logits[(image * 3 + kind) * cells + cell] = objectness[place]
          for index in 0..<4 { boxes[((image * 3 + kind) * 4 + index) * cells + cell] = deltas[4 * place + index] }
        }
      }
      first += 3 * cells
      return [logits, boxes]
    }
  }

  @Test(arguments: ["head", "head_background"]) func regions(name: String) throws {
    let fixtures = try TorchvisionFixtures("losses")
    let labels = try fixtures.integers("\(name).labels")
    let targets = try fixtures.deltas("\(name).targets")
    let samples = labels.indices.map { row in
      let box = BoundingBox(x1: Double(row), y1: 5, x2: Double(3 * row + 20), y2: 60)
      // The loss encodes the box again.
      let object = LabelledBox(
        box: RegionDecoder.coder.decode(targets[row], relativeTo: box), classIndex: labels[row] - 1)
      return RegionSample(region: RegionOfInterest(box: box, image: 0), object: labels[row] == 0 ? nil : object)
    }
    let value = RegionLoss(smoothL1: smoothL1)(
      logits: try fixtures.tensor("\(name).logits"), deltas: try fixtures.tensor("\(name).deltas"), samples: samples)
    try fixtures.expect([value.classification], near: "\(name).class_loss", within: 2e-6)
    try fixtures.expect([value.box], near: "\(name).box_loss", within: 2e-6)
    try fixtures.expect(value.logitGradient.values, near: "\(name).logits_gradient", within: 1e-7)
    try fixtures.expect(value.deltaGradient.values, near: "\(name).deltas_gradient", within: 1e-7)
  }
}
