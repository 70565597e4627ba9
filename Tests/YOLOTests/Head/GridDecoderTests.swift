import DetectionUtilities
import Tensors
import Testing
import YOLO

private let ln2: Float = 0.6931472
private let ln3: Float = 1.0986123

@Suite struct GridDecoderTests {
  /// One level of 2×3 cells, stride 8, one anchor of 10×20; only row 1, column 2 has an objectness above −20.
  private func head(_ parameterisation: BoxParameterisation, scaleXY: Double) -> YOLOHeadConfiguration {
    var head = YOLOHeadConfiguration.small(
      anchorSides: [[1]], strides: [8], classCount: 2, parameterisation: parameterisation, scaleXY: scaleXY)
    head.anchors = [[AnchorSize(width: 10, height: 20)]]
    return head
  }

  private func outputs(_ head: YOLOHeadConfiguration, _ channels: [Float]) -> [Tensor] {
    var outputs = [Tensor(repeating: -20, shape: [1, 7, 2, 3])]
    head.set(channels, at: GridLocation(image: 0, level: 0, anchor: 0, row: 1, column: 2), in: &outputs)
    return outputs
  }

  // σ(0) = 1/2, σ(ln 3) = 3/4, e^(ln 2) = 2.
  @Test(arguments: [
    // Centre (2.5, 1.75)·8 = (20, 14), size (10·2, 20·1).
    (BoxParameterisation.exponential, 1.0, ln2, BoundingBox(x1: 10, y1: 4, x2: 30, y2: 24)),
    // Centre (2.5, 2·0.75 − 0.5 + 1)·8 = (20, 16).
    (.exponential, 2.0, ln2, BoundingBox(x1: 10, y1: 6, x2: 30, y2: 26)),
    // Centre (2.5, 1.05·0.75 − 0.025 + 1)·8 = (20, 14.1).
    (.exponential, 1.05, ln2, BoundingBox(x1: 10, y1: 4.1, x2: 30, y2: 24.1)),
    // Size (10·(2·0.75)², 20·(2·0.5)²) = (22.5, 20).
    (.squared, 2.0, ln3, BoundingBox(x1: 8.75, y1: 6, x2: 31.25, y2: 26)),
  ])
  func decodesOneCell(parameterisation: BoxParameterisation, scaleXY: Double, tw: Float, expected: BoundingBox) throws {
    let head = head(parameterisation, scaleXY: scaleXY)
    let found = GridDecoder(head: head, scoreThreshold: 0.1)(outputs(head, [0, ln3, tw, 0, 0, -20, ln3]))
    #expect(found.count == 1)
    let detection = try #require(found[0].first)
    #expect(found[0].count == 1)
    #expect(detection.classIndex == 1)
    #expect(abs(detection.score - 0.5 * 0.75) < 1e-6)
    let differences = [
      detection.box.x1 - expected.x1, detection.box.y1 - expected.y1, detection.box.x2 - expected.x2,
      detection.box.y2 - expected.y2,
    ]
    #expect(differences.allSatisfy { abs($0) < 1e-5 }, "\(detection.box)")
  }

  // Deviations σ(0), σ(0), σ(ln 3), σ(ln 3) of mean 5/8 leave 3/8 of the score, and the box as it is.
  @Test func deviationsLowerTheScore() throws {
    var head = head(.exponential, scaleXY: 1)
    head.hasDeviations = true
    #expect(head.outputChannels(level: 0) == 11)
    let numbers: [Float] = [0, 0, ln3, 0, ln2, ln3, 0, ln3, 0, -20, ln3]
    var values = [Float](repeating: -20, count: 11 * 6)
    // Row 1, column 2 of 2×3 cells.
    for (channel, number) in numbers.enumerated() { values[channel * 6 + 5] = number }
    let found = GridDecoder(head: head, scoreThreshold: 0.1)([Tensor(shape: [1, 11, 2, 3], values: values)])[0]
    let detection = try #require(found.first)
    #expect(found.count == 1 && detection.classIndex == 1)
    #expect(abs(detection.score - 0.5 * 0.75 * 0.375) < 1e-6)
    #expect(abs(detection.box.x1 - 10) < 1e-5 && abs(detection.box.y1 - 4) < 1e-5)
    #expect(abs(detection.box.x2 - 30) < 1e-5 && abs(detection.box.y2 - 24) < 1e-5)
  }

  // e^(ln 3) / (e^(ln 3) + e^0) = 3/4.
  @Test func classesThatExcludeEachOther() throws {
    var head = head(.exponential, scaleXY: 1)
    head.classProbability = .softmax
    let outputs = outputs(head, [0, 0, 0, 0, 0, ln3 - 7, -7])
    let found = GridDecoder(head: head, scoreThreshold: 0.05)(outputs)[0]
    #expect(found.map(\.classIndex) == [0, 1])
    #expect(abs(found[0].score - 0.5 * 0.75) < 1e-6)
    #expect(abs(found[1].score - 0.5 * 0.25) < 1e-6)
    #expect(GridDecoder(head: head, scoreThreshold: 0.2)(outputs)[0].map(\.classIndex) == [0])
    #expect(GridDecoder(head: head, scoreThreshold: 0.1, classSelection: .best)(outputs)[0].map(\.classIndex) == [0])
    // A logit that is no number leaves no class a probability.
    let broken = self.outputs(head, [0, 0, 0, 0, 0, ln3, .nan])
    #expect(GridDecoder(head: head, scoreThreshold: 0.05)(broken)[0].isEmpty)
  }

  @Test func everyClassOrTheBest() {
    let head = head(.squared, scaleXY: 2)
    let outputs = outputs(head, [0, 0, 0, 0, 0, 0, ln3])
    // Scores 0.25 and 0.375.
    let every = GridDecoder(head: head, scoreThreshold: 0.2)(outputs)[0]
    #expect(every.map(\.classIndex) == [0, 1])
    #expect(abs(every[0].score - 0.25) < 1e-9)
    let best = GridDecoder(head: head, scoreThreshold: 0.2, classSelection: .best)(outputs)[0]
    #expect(best.map(\.classIndex) == [1])
    #expect(GridDecoder(head: head, scoreThreshold: 0.3)(outputs)[0].map(\.classIndex) == [1])
    #expect(GridDecoder(head: head, scoreThreshold: 0.38)(outputs)[0].isEmpty)
    // At the threshold counts.
    #expect(GridDecoder(head: head, scoreThreshold: 0.25)(outputs)[0].map(\.classIndex) == [0, 1])
    let tie = self.outputs(head, [0, 0, 0, 0, 0, 1, 1])
    #expect(GridDecoder(head: head, scoreThreshold: 0.2, classSelection: .best)(tie)[0].map(\.classIndex) == [0])
  }

  @Test func thresholdsOfZeroAndOne() {
    let head = head(.squared, scaleXY: 2)
    let outputs = outputs(head, [0, 0, 0, 0, 0, 0, ln3])
    #expect(GridDecoder(head: head, scoreThreshold: 0)(outputs)[0].count == 12)
    #expect(GridDecoder(head: head, scoreThreshold: 1)(outputs)[0].isEmpty)
  }

  @Test(arguments: 0..<7, [Float.nan, .infinity, -.infinity])
  func dropsWhatIsNotFinite(channel: Int, value: Float) {
    let head = head(.exponential, scaleXY: 1)
    var channels: [Float] = [0, 0, 0, 0, 2, 2, 2]
    channels[channel] = value
    let found = GridDecoder(head: head, scoreThreshold: 0.5)(outputs(head, channels))[0]
    // A class that is not finite costs only that class.
    #expect(found.map(\.classIndex) == (channel == 5 ? [1] : channel == 6 ? [0] : []))
  }

  @Test func dropsOverflowingSizes() {
    let head = head(.exponential, scaleXY: 1)
    #expect(GridDecoder(head: head, scoreThreshold: 0.5)(outputs(head, [0, 0, 800, 0, 2, 2, 2]))[0].isEmpty)
  }

  @Test func imagesAndLevelsInOrder() {
    let head = YOLOHeadConfiguration.small(anchorSides: [[8, 10], [16]], strides: [8, 16], classCount: 1)
    var outputs = [Tensor(repeating: -20, shape: [2, 12, 2, 2]), Tensor(repeating: -20, shape: [2, 6, 1, 1])]
    let visible: [Float] = [0, 0, 0, 0, 3, 3]
    head.set(visible, at: GridLocation(image: 1, level: 1, anchor: 0, row: 0, column: 0), in: &outputs)
    head.set(visible, at: GridLocation(image: 1, level: 0, anchor: 1, row: 1, column: 0), in: &outputs)
    head.set(visible, at: GridLocation(image: 0, level: 0, anchor: 0, row: 0, column: 1), in: &outputs)
    let found = GridDecoder(head: head, scoreThreshold: 0.5)(outputs).map { $0.map(\.box) }
    #expect(
      found == [
        [BoundingBox(x1: 8, y1: 0, x2: 16, y2: 8)],
        [BoundingBox(x1: -1, y1: 7, x2: 9, y2: 17), BoundingBox(x1: 0, y1: 0, x2: 16, y2: 16)],
      ])
    #expect(
      GridDecoder(head: head, scoreThreshold: 0.5)(outputs.map { Tensor(zeros: [0, $0.shape[1], 1, 1]) }).isEmpty)
  }

  @Test func refusesAnotherShape() async {
    await #expect(processExitsWith: .failure) {
      let head = YOLOHeadConfiguration.small(anchorSides: [[8]], strides: [8], classCount: 2)
      _ = GridDecoder(head: head, scoreThreshold: 0.5)([Tensor(zeros: [1, 6, 2, 2])])
    }
  }
}
