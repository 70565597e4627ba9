import DetectionUtilities
import Testing

/// Holds what the two-stage detector is made of against torchvision 0.14.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionParityTests {
  private static let ratios = [0.5, 1, 2]
  private static let pyramid = [32, 64, 128, 256, 512].map {
    AnchorGenerator.Level(sizes: [$0], aspectRatios: ratios)
  }

  /// Anchors are whole numbers: equal to the last bit.
  @Test(arguments: [
    ("pyramid", pyramid),
    ("single", [AnchorGenerator.Level(sizes: [32, 64, 128, 256, 512], aspectRatios: ratios)]),
    ("odd", [AnchorGenerator.Level(sizes: [33, 35, 50], aspectRatios: [0.25, 1, 4])]),
  ])
  func anchors(name: String, levels: [AnchorGenerator.Level]) throws {
    let fixtures = try TorchvisionFixtures("anchors")
    let generator = AnchorGenerator(levels: levels)
    let maps = try fixtures.integers("\(name).maps").rows(of: 2)
    let strides = try fixtures.integers("\(name).strides").rows(of: 2)
    #expect(maps.count == levels.count)
    for (level, (map, stride)) in zip(maps, strides).enumerated() {
      #expect(generator.cellAnchors(level: level) == (try fixtures.boxes("\(name).cell.\(level)")))
      let anchors = generator.anchors(
        level: level, rows: map[0], columns: map[1], stride: (x: Double(stride[1]), y: Double(stride[0])))
      // Compared as one, since a list of thousands is no message.
      let isEqual = try anchors == fixtures.boxes("\(name).anchors.\(level)")
      #expect(isEqual, "level \(level)")
    }
  }

  @Test(arguments: [
    ("rpn", BoxCoder.Deltas(dx: 1, dy: 1, dw: 1, dh: 1)), ("head", BoxCoder.Deltas(dx: 10, dy: 10, dw: 5, dh: 5)),
  ])
  func encoding(name: String, weights: BoxCoder.Deltas) throws {
    let fixtures = try TorchvisionFixtures("box_coder")
    let coder = BoxCoder(weights: weights)
    let boxes = try fixtures.boxes("boxes")
    let proposals = try fixtures.boxes("proposals")
    let expected = try fixtures.deltas("\(name).encoded")
    #expect(boxes.count == 200 && expected.count == 200)
    for index in boxes.indices {
      let deltas = coder.encode(boxes[index], relativeTo: proposals[index])
      let differences = [
        deltas.dx - expected[index].dx, deltas.dy - expected[index].dy, deltas.dw - expected[index].dw,
        deltas.dh - expected[index].dh,
      ]
      // Centres of some hundred pixels over sizes of a few: about 1e-5 of a float's digits are lost.
      #expect(differences.allSatisfy { abs($0) < 2e-5 * weights.dx }, "box \(index)")
    }
  }

  /// A quarter of the deltas is beyond the clamp, or leaves almost nothing of the box.
  @Test(arguments: [
    ("rpn", BoxCoder.Deltas(dx: 1, dy: 1, dw: 1, dh: 1)), ("head", BoxCoder.Deltas(dx: 10, dy: 10, dw: 5, dh: 5)),
  ])
  func decoding(name: String, weights: BoxCoder.Deltas) throws {
    let fixtures = try TorchvisionFixtures("box_coder")
    let coder = BoxCoder(weights: weights)
    let proposals = try fixtures.boxes("proposals")
    let deltas = try fixtures.deltas("\(name).deltas")
    let expected = try fixtures.boxes("\(name).decoded")
    #expect(deltas.count == 600 && expected.count == 600)
    #expect(deltas.contains { $0.dw / weights.dw > BoxCoder.largestLogRatio })
    for index in deltas.indices {
      // Three classes for each proposal.
      let box = coder.decode(deltas[index], relativeTo: proposals[index / 3])
      let other = expected[index]
      let size = max(1, abs(other.x1), abs(other.y1), abs(other.x2), abs(other.y2), other.width, other.height)
      let differences = [box.x1 - other.x1, box.y1 - other.y1, box.x2 - other.x2, box.y2 - other.y2]
      #expect(differences.allSatisfy { abs($0) < 2e-6 * size }, "box \(index): \(box) instead of \(other)")
    }
  }

  private static let matchers = [
    ("rpn", AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true)),
    ("head", AnchorMatcher(lowThreshold: 0.5, highThreshold: 0.5, allowsLowQualityMatches: false)),
  ]

  /// The coarse matrix has ties within rows and columns.
  @Test(arguments: matchers, ["smooth", "coarse"])
  func matching(matcher: (name: String, matcher: AnchorMatcher), matrix: String) throws {
    let fixtures = try TorchvisionFixtures("matcher")
    let overlaps = try fixtures.tensor("\(matcher.name).\(matrix).iou")
    let outcomes = matcher.matcher.match(
      IoUMatrix(
        rowCount: overlaps.shape[0], columnCount: overlaps.shape[1], values: overlaps.values.map(Double.init)))
    #expect(outcomes == (try fixtures.outcomes("\(matcher.name).\(matrix).result")))
  }

  @Test(arguments: matchers)
  func matchingOfBoxes(matcher: (name: String, matcher: AnchorMatcher)) throws {
    let fixtures = try TorchvisionFixtures("matcher")
    let outcomes = try matcher.matcher.match(
      groundTruth: fixtures.boxes("boxes.truth"), boxes: fixtures.boxes("boxes.candidates"))
    let expected = try fixtures.outcomes("\(matcher.name).boxes.result")
    #expect(outcomes.count == expected.count)
    #expect(Set(expected).count > 5)
    for index in outcomes.indices where outcomes[index] != expected[index] {
      Issue.record("candidate \(index): \(outcomes[index]) instead of \(expected[index])")
    }
  }
}

extension TorchvisionFixtures {
  /// Indices of ground truth; -1 is background, -2 lies between the thresholds.
  fileprivate func outcomes(_ name: String) throws -> [AnchorMatch] {
    try integers(name).map { $0 >= 0 ? .matched(groundTruth: $0) : $0 == -1 ? .background : .ignored }
  }
}
