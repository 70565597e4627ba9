import DetectionUtilities
import FasterRCNN
import Testing

struct RegionSamplerTests {
  let sampler = RegionSampler(
    matcher: AnchorMatcher(lowThreshold: 0.5, highThreshold: 0.5, allowsLowQualityMatches: false),
    sampler: BalancedSampler(count: 8, positiveFraction: 0.25))
  let frame = BoundingBox(x1: 0, y1: 0, x2: 100, y2: 80)
  let object = LabelledBox(box: BoundingBox(x1: 10, y1: 10, x2: 30, y2: 30), classIndex: 2)

  private func draw(_ proposals: [BoundingBox], _ targets: [LabelledBox]) -> [RegionSample] {
    var generator = SeededGenerator(seed: 4)
    return sampler(proposals: proposals, targets: targets, image: 3, frame: frame, using: &generator)
  }

  @Test func anObjectIsItsOwnProposal() {
    let samples = draw([BoundingBox(x1: 50, y1: 50, x2: 70, y2: 70)], [object])
    #expect(samples.count == 8)
    #expect(samples.count { $0.isCounted } == 2)
    #expect(samples[0].object == object && samples[0].region.box == object.box && samples[0].region.image == 3)
    #expect(samples[1].object == nil)
    // The rest repeats what was drawn.
    #expect(samples[2].region == samples[0].region && !samples[2].isCounted)
  }

  @Test func objectsAreAQuarterAtMost() {
    let near = (0..<20).map { BoundingBox(x1: 10 + Double($0) / 10, y1: 10, x2: 30, y2: 30) }
    let far = (0..<20).map { BoundingBox(x1: 60 + Double($0), y1: 10, x2: 80 + Double($0), y2: 30) }
    let samples = draw(near + far, [object])
    #expect(samples.count { $0.object != nil } == 2)
    #expect(samples.allSatisfy { $0.isCounted })
  }

  @Test func withoutGroundTruthAllIsBackground() {
    let samples = draw([BoundingBox(x1: 50, y1: 50, x2: 70, y2: 70)], [])
    #expect(samples.count == 8 && samples.allSatisfy { $0.object == nil })
    #expect(samples.count { $0.isCounted } == 1)
  }

  @Test func withoutProposalsAndGroundTruthTheWholeImageStandsInAndCountsNothing() {
    let samples = draw([], [])
    #expect(samples.count == 8)
    #expect(samples.allSatisfy { $0.region.box == frame && !$0.isCounted })
  }
}
