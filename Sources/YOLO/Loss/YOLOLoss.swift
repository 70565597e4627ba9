import DetectionUtilities
import Tensors

/// The training loss of a YOLO grid head, and its gradient with respect to the head's raw outputs.
///
/// total = box weight · mean(1 − CIoU) + objectness weight · Σ BCE / normaliser + class weight · Σ BCE / positives.
/// Which prediction learns what, and IoUs that serve as targets, are constants in the gradient, as in the papers. So is
/// the trade-off weight of the CIoU.
public struct YOLOLoss: Sendable {
  public let head: YOLOHeadConfiguration
  public let configuration: YOLOLossConfiguration
  public let assigner: TargetAssigner

  public init(head: YOLOHeadConfiguration, configuration: YOLOLossConfiguration = .init()) {
    self.head = head
    self.configuration = configuration
    assigner = TargetAssigner(head: head, configuration: configuration.assignment)
  }

  /// The loss of a batch.
  ///
  /// Ground truths are clipped to the input; those without area are left out. If any raw output is NaN or infinite, all
  /// terms are NaN and the gradients 0.
  ///
  /// - Parameters:
  ///   - outputs: per level [N, A·(5 + C), H, W], raw.
  ///   - targets: the ground truths of each image, pixels of the network's input.
  ///   - inputWidth: of the network's input, pixels.
  ///   - inputHeight: of the network's input, pixels.
  public func callAsFunction(
    outputs: [Tensor], targets: [[LabelledBox]], inputWidth: Int, inputHeight: Int
  ) -> YOLOLossValue {
    let clipped = targets.map { truths in
      truths.map { truth in
        precondition(
          truth.classIndex >= 0 && truth.classIndex < head.classCount,
          "class index \(truth.classIndex) of a head with \(head.classCount) classes")
        let box = truth.box.clipped(width: Double(inputWidth), height: Double(inputHeight))
        return LabelledBox(box: box, classIndex: truth.classIndex)
      }
    }
    guard outputs.allSatisfy(\.isFinite) else {
      return YOLOLossValue(
        box: .nan, objectness: .nan, classification: .nan, gradients: outputs.map { Tensor(zeros: $0.shape) },
        positives: 0)
    }
    let assignment = assigner(outputs: outputs, targets: clipped)
    return value(outputs: outputs, targets: clipped, assignment: assignment)
  }

  /// The loss under a given assignment, whose ground truths are indices into `targets`.
  package func value(
    outputs: [Tensor], targets: [[LabelledBox]], assignment: TargetAssignment
  ) -> YOLOLossValue {
    let levels = head.levels(of: outputs)
    let images = levels.first?.images ?? 0
    let count = assignment.positives.count
    var gradients = outputs.map { Tensor(zeros: $0.shape) }
    let objectnessWeights = levels.indices.map { objectnessWeight(level: $0, levels: levels, positives: count) }
    var objectness = 0.0
    for (index, level) in levels.enumerated() where images > 0 {
      objectness += Self.addBackground(
        level: level, output: outputs[index], weight: objectnessWeights[index], gradient: &gradients[index])
    }
    for location in assignment.ignored {
      let level = levels[location.level]
      let index = level.offset(of: location) + 4 * level.cellCount
      let logit = Double(outputs[location.level][index])
      objectness -= objectnessWeights[location.level] * Logistic.softplus(logit)
      gradients[location.level][index] = 0
    }
    var box = 0.0
    var classification = 0.0
    for positive in assignment.positives {
      let location = positive.location
      let terms = addPositive(
        location: location, truth: targets[location.image][positive.groundTruth], level: levels[location.level],
        output: outputs[location.level], share: 1 / Double(count),
        objectnessWeight: objectnessWeights[location.level], gradient: &gradients[location.level])
      box += terms.box
      objectness += terms.objectness
      classification += terms.classification
    }
    return YOLOLossValue(
      box: Float(box), objectness: Float(objectness), classification: Float(classification), gradients: gradients,
      positives: count)
  }

  /// The weight of one prediction's objectness loss.
  private func objectnessWeight(level: Int, levels: [GridLevel], positives: Int) -> Double {
    switch configuration.objectnessNormalisation {
    case .positives:
      return configuration.objectnessWeight / Double(max(positives, levels[level].images, 1))
    case .levelMean:
      let balance = level < configuration.levelBalance.count ? configuration.levelBalance[level] : 1
      let predictions = levels[level].images * levels[level].anchors.count * levels[level].cellCount
      return configuration.objectnessWeight * balance / Double(max(predictions, 1))
    }
  }
}

/// The loss of one batch, with its gradient.
public struct YOLOLossValue: Sendable {
  /// The weighted terms; their sum is ``total``.
  public var box: Float
  public var objectness: Float
  public var classification: Float
  /// d total / d raw output, per level, of the outputs' shapes.
  public var gradients: [Tensor]
  /// How many predictions learnt an object.
  public var positives: Int

  public init(box: Float, objectness: Float, classification: Float, gradients: [Tensor], positives: Int) {
    self.box = box
    self.objectness = objectness
    self.classification = classification
    self.gradients = gradients
    self.positives = positives
  }

  public var total: Float { box + objectness + classification }
}
