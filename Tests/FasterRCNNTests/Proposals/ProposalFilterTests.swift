import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Tensors
import Testing

struct ProposalFilterTests {
  /// One level of 2 × 2 cells, one anchor of 8 × 8 pixels in each, 8 pixels apart.
  static let grid = AnchorGrid(
    AnchorGenerator(levels: [.init(sizes: [8], aspectRatios: [1])]), inputSize: ImageSize(width: 16, height: 16),
    maps: [(rows: 2, columns: 2)])

  static func outputs(_ objectness: [Float], deltas: [Float] = [Float](repeating: 0, count: 16)) -> ProposalOutputs {
    ProposalOutputs(
      [Tensor(shape: [1, 1, 2, 2], values: objectness), Tensor(shape: [1, 4, 2, 2], values: deltas)], anchors: grid)
  }

  static func filter(candidates: Int = 10, count: Int = 10) -> ProposalFilter {
    ProposalFilter(
      candidates: candidates, count: count, suppressionIoU: 0.7, minimumSize: 1e-3,
      inputSize: ImageSize(width: 16, height: 16))
  }

  @Test func anchorsComeByObjectnessAndAreClipped() {
    let boxes = Self.filter()(Self.outputs([0.5, 2, -1, 1]), image: 0)
    // Anchors are centred on (0, 0), (8, 0), (0, 8), (8, 8).
    #expect(
      boxes == [
        BoundingBox(x1: 4, y1: 0, x2: 12, y2: 4), BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12),
        BoundingBox(x1: 0, y1: 0, x2: 4, y2: 4), BoundingBox(x1: 0, y1: 4, x2: 4, y2: 12),
      ])
  }

  @Test func onlyTheBestCandidatesTakePartTheFirstAtATie() {
    #expect(
      Self.filter(candidates: 2)(Self.outputs([1, 3, 1, 1]), image: 0) == [
        BoundingBox(x1: 4, y1: 0, x2: 12, y2: 4), BoundingBox(x1: 0, y1: 0, x2: 4, y2: 4),
      ])
    #expect(Self.filter(count: 1)(Self.outputs([0, 0, 0, 5]), image: 0).count == 1)
  }

  @Test func unlikelyBoxesAreDropped() {
    var filter = Self.filter()
    // The logit of 3/4 is log 3 = 1.0986.
    filter.minimumScore = 0.75
    #expect(filter(Self.outputs([1.0985, 1.0987, -5, 3]), image: 0).count == 2)
    filter.minimumScore = 0
    #expect(filter(Self.outputs([1.0985, 1.0987, -500, 3]), image: 0).count == 4)
  }

  @Test func deltasMoveAndScaleTheAnchor() {
    var deltas = [Float](repeating: 0, count: 16)
    // dx of the last cell: half a width to the left; dw: half as wide.
    deltas[3] = -0.5
    deltas[11] = Float(-0.6931471805599453)
    let box = Self.filter()(Self.outputs([0, 0, 0, 5], deltas: deltas), image: 0)[0]
    #expect(abs(box.x1 - 2) < 1e-6 && abs(box.x2 - 6) < 1e-6 && box.y1 == 4 && box.y2 == 12)
  }

  @Test func numbersThatAreNotFiniteDropTheirBox() {
    var deltas = [Float](repeating: 0, count: 16)
    deltas[0] = .nan
    let boxes = Self.filter()(Self.outputs([3, .nan, 1, 2], deltas: deltas), image: 0)
    #expect(boxes == [BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12), BoundingBox(x1: 0, y1: 4, x2: 4, y2: 12)])
    #expect(Self.filter()(Self.outputs([.nan, .nan, .nan, .nan]), image: 0).isEmpty)
  }

  @Test func nearDuplicatesOfOneMapAreSuppressedThoseOfAnotherAreNot() {
    let grid = AnchorGrid(
      AnchorGenerator(levels: [.init(sizes: [8, 8], aspectRatios: [1]), .init(sizes: [8, 8], aspectRatios: [1])]),
      inputSize: ImageSize(width: 16, height: 16), maps: [(rows: 1, columns: 1), (rows: 1, columns: 1)])
    let objectness = Tensor(shape: [1, 2, 1, 1], values: [1, 2])
    let outputs = ProposalOutputs(
      [objectness, Tensor(zeros: [1, 8, 1, 1]), objectness, Tensor(zeros: [1, 8, 1, 1])], anchors: grid)
    #expect(Self.filter()(outputs, image: 0).count == 2)
  }

  @Test(arguments: 1...40) func theBestAreThoseOfAFullSort(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let values = (0..<60).map { _ in Float.random(in: -3...3, using: &generator).rounded() }
    let grid = AnchorGrid(
      AnchorGenerator(levels: [.init(sizes: [8, 16, 32], aspectRatios: [1])]),
      inputSize: ImageSize(width: 40, height: 32), maps: [(rows: 4, columns: 5)])
    let outputs = ProposalOutputs(
      [Tensor(shape: [1, 3, 4, 5], values: values), Tensor(zeros: [1, 12, 4, 5])], anchors: grid)
    let level = outputs.levels[0]
    let expected = (0..<60).sorted {
      let (a, b) = (
        values[level.objectnessOffset(image: 0, anchor: $0)], values[level.objectnessOffset(image: 0, anchor: $1)]
      )
      return a != b ? a > b : $0 < $1
    }
    let best = level.objectness.withUnsafeBufferPointer {
      ProposalFilter.best(count, of: level, image: 0, in: $0)
    }
    #expect(best == Array(expected.prefix(count)))
  }
}
