import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Tensors
import Testing

/// Both stages' losses by hand and against finite differences.
struct TwoStageLossTests {
  let object = LabelledBox(box: BoundingBox(x1: 5, y1: 3, x2: 14, y2: 11), classIndex: 1)

  private func proposalLoss() -> ProposalLoss {
    ProposalLoss(
      matcher: AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true),
      sampler: BalancedSampler(count: 4, positiveFraction: 0.5), smoothL1: SmoothL1Loss(beta: 1.0 / 9))
  }

  @Test func anObjectWithoutAGoodAnchorKeepsItsBest() {
    var generator = SeededGenerator(seed: 1)
    let anchors = ProposalFilterTests.grid.all
    let sample = proposalLoss().sample(anchors: anchors, targets: [object], using: &generator)
    // The last anchor covers (4, 4) to (12, 12).
    #expect(sample.positives.map(\.anchor) == [3])
    #expect(sample.negatives == [0, 1, 2])
  }

  @Test func aBatchWithoutObjectsLearnsBackground() {
    var generator = SeededGenerator(seed: 1)
    let loss = proposalLoss()
    let sample = loss.sample(anchors: ProposalFilterTests.grid.all, targets: [], using: &generator)
    #expect(sample.positives.isEmpty && sample.negatives.count == 4)
    let value = loss(ProposalFilterTests.outputs([0, 0, 0, 0]), samples: [sample])
    // Four times log 2, divided by four.
    #expect(abs(value.objectness - 0.693147) < 1e-6 && value.box == 0)
    #expect(value.gradients[0].values == [0.125, 0.125, 0.125, 0.125])
  }

  @Test func gradientsOfTheFirstStageAreFiniteDifferences() {
    var generator = SeededGenerator(seed: 2)
    let loss = proposalLoss()
    let sample = loss.sample(anchors: ProposalFilterTests.grid.all, targets: [object], using: &generator)
    let objectness = (0..<4).map { _ in Float.random(in: -2...2, using: &generator) }
    let deltas = (0..<16).map { _ in Float.random(in: -1...1, using: &generator) }
    func total(_ objectness: [Float], _ deltas: [Float]) -> Double {
      let value = loss(ProposalFilterTests.outputs(objectness, deltas: deltas), samples: [sample])
      return Double(value.objectness) + Double(value.box)
    }
    let value = loss(ProposalFilterTests.outputs(objectness, deltas: deltas), samples: [sample])
    #expect(value.box > 0)
    for index in 0..<4 {
      let slope = difference(objectness, index) { total($0, deltas) }
      #expect(abs(slope - Double(value.gradients[0][index])) < 2e-4)
    }
    for index in 0..<16 {
      let slope = difference(deltas, index) { total(objectness, $0) }
      #expect(abs(slope - Double(value.gradients[1][index])) < 2e-4)
    }
  }

  private func samples() -> [RegionSample] {
    func region(_ x: Double, _ object: LabelledBox?, _ isCounted: Bool = true) -> RegionSample {
      RegionSample(
        region: RegionOfInterest(box: BoundingBox(x1: x, y1: 2, x2: x + 8, y2: 12), image: 0), object: object,
        isCounted: isCounted)
    }
    return [region(4, object), region(0, nil), region(6, object), region(4, object, false)]
  }

  @Test func gradientsOfTheSecondStageAreFiniteDifferences() {
    var generator = SeededGenerator(seed: 3)
    let loss = RegionLoss(smoothL1: SmoothL1Loss(beta: 1.0 / 9), boxWeight: 1.5)
    let logits = (0..<12).map { _ in Float.random(in: -2...2, using: &generator) }
    let deltas = (0..<48).map { _ in Float.random(in: -1...1, using: &generator) }
    func value(_ logits: [Float], _ deltas: [Float]) -> RegionLoss.Value {
      loss(
        logits: Tensor(shape: [4, 3], values: logits), deltas: Tensor(shape: [4, 12], values: deltas),
        samples: samples())
    }
    func total(_ logits: [Float], _ deltas: [Float]) -> Double {
      let value = value(logits, deltas)
      return Double(value.classification) + Double(value.box)
    }
    let found = value(logits, deltas)
    for index in 0..<12 {
      let slope = difference(logits, index) { total($0, deltas) }
      #expect(abs(slope - Double(found.logitGradient[index])) < 2e-4)
    }
    for index in 0..<48 {
      let slope = difference(deltas, index) { total(logits, $0) }
      #expect(abs(slope - Double(found.deltaGradient[index])) < 2e-4)
    }
    // The region that does not count brings nothing.
    #expect(found.logitGradient.values.suffix(3).allSatisfy { $0 == 0 })
    #expect(found.deltaGradient.values.suffix(12).allSatisfy { $0 == 0 })
  }

  @Test func equalLogitsCostTheLogarithmOfTheirNumber() {
    let value = RegionLoss(smoothL1: SmoothL1Loss(beta: 1), boxWeight: 1)(
      logits: Tensor(zeros: [4, 3]), deltas: Tensor(zeros: [4, 12]), samples: samples())
    #expect(abs(value.classification - 1.0986123) < 1e-6)
  }

  @Test func smoothL1IsSquareThenStraight() {
    let loss = SmoothL1Loss(beta: 2)
    #expect(loss.valueAndSlope(1) == (0.25, 0.5))
    #expect(loss.valueAndSlope(-3) == (2, -1))
    #expect(loss.valueAndSlope(2) == (1, 1))
  }

  private func difference(_ values: [Float], _ index: Int, _ loss: ([Float]) -> Double) -> Double {
    let step: Float = 1.0 / 256
    var (above, below) = (values, values)
    above[index] += step
    below[index] -= step
    return (loss(above) - loss(below)) / Double(above[index] - below[index])
  }
}
