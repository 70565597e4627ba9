import DetectionUtilities
import Tensors
import Testing
import YOLO

@Suite struct YOLOLossTests {
  /// Two levels for an input of 48×32 pixels, two anchors each, three classes.
  private func head(_ parameterisation: BoxParameterisation = .squared) -> YOLOHeadConfiguration {
    .small(anchorSides: [[6, 10], [16, 24]], strides: [8, 16], classCount: 3, parameterisation: parameterisation)
  }

  private let targets = [
    [labelled(3, 4, 12, 15, 1), labelled(20, 6, 45, 30, 2), labelled(40, 20, 47, 26, 0)],
    [],
    [labelled(-5, -5, 60, 50, 1), labelled(21, 13, 23, 14, 0)],
  ]

  private func randomOutputs(seed: UInt64, spread: Float = 1.5) -> [Tensor] {
    var generator = SeededGenerator(seed: seed)
    return [[3, 16, 4, 6], [3, 16, 2, 3]].map { (shape: TensorShape) in
      Tensor(
        shape: shape,
        values: (0..<shape.elementCount).map { _ in spread * (2 * generator.uniform() - 1) })
    }
  }

  private func clipped(_ targets: [[LabelledBox]]) -> [[LabelledBox]] {
    targets.map { $0.map { LabelledBox(box: $0.box.clipped(width: 48, height: 32), classIndex: $0.classIndex) } }
  }

  enum Setting: CaseIterable {
    case defaults, exponential, objectnessIoU, levelMean, smoothing, ignoring, fixed, fixedExponential
  }

  private func loss(_ setting: Setting) -> YOLOLoss {
    var configuration = YOLOLossConfiguration()
    var head = head()
    switch setting {
    case .defaults: break
    case .exponential: head.boxParameterisation = .exponential
    case .objectnessIoU:
      configuration.objectnessTarget = .iou
      configuration.scalesClassTargetByIoU = false
    case .levelMean: configuration.objectnessNormalisation = .levelMean
    case .smoothing:
      configuration.labelSmoothing = 0.1
      configuration.classificationWeight = 0.7
      configuration.objectnessWeight = 1.3
      configuration.boxWeight = 2
    case .ignoring: configuration.assignment.ignoreIoU = 0.2
    case .fixed: configuration.assignment.strategy = .fixed
    case .fixedExponential:
      configuration.assignment.strategy = .fixed
      head.boxParameterisation = .exponential
      head.scaleXY = [1.2, 1.1]
    }
    return YOLOLoss(head: head, configuration: configuration)
  }

  @Test(arguments: Setting.allCases)
  func gradientsAreExact(setting: Setting) {
    let loss = loss(setting)
    let outputs = randomOutputs(seed: 7)
    let assignment = loss.assigner(outputs: outputs, targets: clipped(targets))
    #expect(Set(assignment.positives.map(\.location.image)) == [0, 2])
    #expect(assignment.ignored.isEmpty == (setting != .ignoring))
    let reference = ReferenceLoss(loss, outputs: outputs, targets: clipped(targets), assignment: assignment)
    var raw = outputs.map { $0.values.map(Double.init) }
    let value = loss(outputs: outputs, targets: targets, inputWidth: 48, inputHeight: 32)
    let expected = reference(raw)
    #expect(value.positives == assignment.positives.count)
    #expect(abs(Double(value.box) - expected.box) < 1e-5 * expected.box)
    #expect(abs(Double(value.objectness) - expected.objectness) < 1e-5 * expected.objectness)
    #expect(abs(Double(value.classification) - expected.classification) < 1e-5 * expected.classification)
    #expect(value.total == value.box + value.objectness + value.classification)

    let step = 1e-5
    var worst = 0.0
    var boxGradients = 0
    for level in raw.indices {
      #expect(value.gradients[level].shape == outputs[level].shape)
      for index in raw[level].indices {
        let original = raw[level][index]
        raw[level][index] = original + step
        let above = reference(raw).total
        raw[level][index] = original - step
        let below = reference(raw).total
        raw[level][index] = original
        let gradient = Double(value.gradients[level][index])
        worst = max(worst, abs(gradient - (above - below) / (2 * step)))
        let channel = index / (outputs[level].shape[2] * outputs[level].shape[3]) % 8
        if channel < 4 && gradient != 0 { boxGradients += 1 }
      }
    }
    #expect(worst < 1e-6)
    #expect(boxGradients == 4 * assignment.positives.count)
  }

  @Test func noGroundTruthAtAll() {
    let loss = loss(.defaults)
    // σ(−ln 3) = 1/4, softplus(−ln 3) = ln(4/3). 3 images of 4·6·2 + 2·3·2 = 60 predictions, divided by 3 images.
    let outputs = randomOutputs(seed: 1).map { Tensor(repeating: -1.0986123, shape: $0.shape) }
    let value = loss(outputs: outputs, targets: [[], [], []], inputWidth: 48, inputHeight: 32)
    #expect(value.positives == 0)
    #expect(value.box == 0)
    #expect(value.classification == 0)
    #expect(abs(value.objectness - 60 * 0.28768207) < 1e-4)
    for gradient in value.gradients {
      for (index, element) in gradient.values.enumerated() {
        let channel = index / (gradient.shape[2] * gradient.shape[3]) % 8
        #expect(abs(element - (channel == 4 ? 0.25 / 3 : 0)) < 1e-7)
      }
    }
  }

  @Test func zeroAreaBoxesCountAsNone() {
    let loss = loss(.defaults)
    let outputs = randomOutputs(seed: 2)
    let none = loss(outputs: outputs, targets: [[], [], []], inputWidth: 48, inputHeight: 32)
    // The last two have no area inside the input.
    let degenerate = [[labelled(5, 5, 5, 5)], [labelled(60, 5, 70, 9)], [labelled(-9, -9, 0, 0)]]
    let value = loss(outputs: outputs, targets: degenerate, inputWidth: 48, inputHeight: 32)
    #expect(value.total == none.total)
    #expect(value.gradients == none.gradients)
  }

  @Test func aPerfectBoxCostsNothing() {
    let head = YOLOHeadConfiguration.small(anchorSides: [[8]], strides: [8], classCount: 1)
    let value = YOLOLoss(head: head)(
      outputs: [Tensor(zeros: [1, 6, 3, 3])], targets: [[labelled(8, 8, 16, 16)]], inputWidth: 24, inputHeight: 24)
    #expect(value.positives == 1)
    #expect(abs(value.box) < 1e-6)
    // ln 2 for the one class, and for each of nine predictions over one positive.
    #expect(abs(value.classification - 0.6931472) < 1e-6)
    #expect(abs(value.objectness - 9 * 0.6931472) < 1e-5)
    #expect(value.gradients[0].values.filter { abs($0) > 1e-9 }.count == 10)
    #expect(value.gradients[0].values[49 - 9] == -0.5)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 3, 575, 1151])
  func rawNumbersThatAreNotFinite(number: Float, index: Int) {
    var outputs = randomOutputs(seed: 3)
    outputs[0][index] = number
    let value = loss(.defaults)(outputs: outputs, targets: targets, inputWidth: 48, inputHeight: 32)
    #expect(!value.total.isFinite)
    #expect(value.gradients.map(\.shape) == outputs.map(\.shape))
  }

  @Test(arguments: Setting.allCases)
  func hugeRawNumbersDoNotTrap(setting: Setting) {
    for spread: Float in [1e3, 1e20, 3e38] {
      let value = loss(setting)(
        outputs: randomOutputs(seed: 4, spread: spread), targets: targets, inputWidth: 48, inputHeight: 32)
      #expect(value.positives > 0)
    }
  }

  @Test func sameInputsSameBytes() {
    let outputs = randomOutputs(seed: 5)
    let first = loss(.ignoring)(outputs: outputs, targets: targets, inputWidth: 48, inputHeight: 32)
    for _ in 0..<5 {
      let again = loss(.ignoring)(outputs: outputs, targets: targets, inputWidth: 48, inputHeight: 32)
      #expect(again.total == first.total)
      #expect(again.gradients == first.gradients)
    }
  }

  /// Following the gradients from a new head's biases must lead to outputs that decode to the ground truths.
  @Test(arguments: [Setting.defaults, .exponential, .objectnessIoU, .fixed])
  func descentFindsTheObjects(setting: Setting) throws {
    let loss = loss(setting)
    var outputs = randomOutputs(seed: 6).enumerated().map { level, output in
      let plane = output.shape[2] * output.shape[3]
      let biases = loss.head.initialBiases(level: level)
      return Tensor(shape: output.shape, values: output.values.indices.map { biases[$0 / plane % biases.count] })
    }
    let targets = [targets[0], [], [labelled(2, 3, 40, 30, 1)]]
    // Adam without its bias corrections, which a warm-up of a hundred steps makes unimportant.
    var means = outputs.map { [Float](repeating: 0, count: $0.elementCount) }
    var squares = means
    for step in 0..<600 {
      let value = loss(outputs: outputs, targets: targets, inputWidth: 48, inputHeight: 32)
      for level in outputs.indices {
        for index in 0..<outputs[level].elementCount {
          let gradient = value.gradients[level][index]
          means[level][index] += 0.1 * (gradient - means[level][index])
          squares[level][index] += 0.01 * (gradient * gradient - squares[level][index])
          let rate: Float = step < 500 ? 0.05 : 0.01
          outputs[level][index] -= rate * means[level][index] / (squares[level][index].squareRoot() + 1e-8)
        }
      }
    }
    let suppression = NonMaximumSuppression(iouThreshold: 0.5)
    let found = GridDecoder(head: loss.head, scoreThreshold: 0.3)(outputs).map { suppression($0) }
    for (image, truths) in targets.enumerated() {
      #expect(found[image].count == truths.count)
      for truth in truths {
        let best = found[image].filter { $0.classIndex == truth.classIndex }.map { $0.box.iou(with: truth.box) }.max()
        #expect(try #require(best) > 0.9)
      }
    }
  }

  @Test func refusesUnknownClasses() async {
    await #expect(processExitsWith: .failure) {
      let head = YOLOHeadConfiguration.small(anchorSides: [[8]], strides: [8], classCount: 1)
      _ = YOLOLoss(head: head)(
        outputs: [Tensor(zeros: [1, 6, 3, 3])], targets: [[labelled(8, 8, 16, 16, 1)]], inputWidth: 24, inputHeight: 24)
    }
  }
}
