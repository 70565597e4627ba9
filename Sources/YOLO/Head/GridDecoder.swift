import DetectionUtilities
import Tensors

/// Turns a head's raw outputs into scored boxes, the candidates of non-maximum suppression.
///
/// A score is σ(objectness) times the class's probability, see ``ClassProbability``; with deviations, times one less their
/// mean. A prediction with a raw number that
/// is NaN or infinite, or whose box is not finite, is dropped.
public struct GridDecoder: Sendable {
  /// Which classes of one prediction become candidates.
  public enum ClassSelection: String, Hashable, Sendable, Codable {
    /// Every class whose score passes: what average precision rewards.
    case every
    /// Only the class with the highest score, the first one at a tie.
    case best
  }

  public let head: YOLOHeadConfiguration
  /// Scores below it are dropped. In [0, 1].
  public let scoreThreshold: Double
  public let classSelection: ClassSelection

  public init(head: YOLOHeadConfiguration, scoreThreshold: Double, classSelection: ClassSelection = .every) {
    precondition(scoreThreshold >= 0 && scoreThreshold <= 1, "a score threshold lies in [0, 1]")
    self.head = head
    self.scoreThreshold = scoreThreshold
    self.classSelection = classSelection
  }

  /// The candidates of each image, ordered by level, anchor, row, column and class.
  ///
  /// Boxes are in pixels of the network's input and may reach beyond it.
  ///
  /// - Parameter outputs: per level [N, A·(5 + C), H, W].
  /// - Complexity: one comparison per prediction, the rest only for those whose objectness passes the threshold.
  public func callAsFunction(_ outputs: [Tensor]) -> [[Detection]] {
    let levels = head.levels(of: outputs)
    var detections = [[Detection]](repeating: [], count: levels.first?.images ?? 0)
    for (level, output) in zip(levels, outputs) {
      output.withUnsafeBufferPointer { values in
        for image in detections.indices {
          for anchor in level.anchors.indices {
            append(level: level, image: image, anchor: anchor, values: values, to: &detections[image])
          }
        }
      }
    }
    return detections
  }

  private func append(
    level: GridLevel, image: Int, anchor: Int, values: UnsafeBufferPointer<Float>, to detections: inout [Detection]
  ) {
    // A class probability is at most 1, so an objectness below the threshold settles it. The small margin leaves
    // the last word to the exact score.
    let floor = Float(Logistic.logit(scoreThreshold)) - 1e-4
    let start = level.offset(image: image, anchor: anchor, row: 0, column: 0)
    let objectness = start + level.objectnessIndex * level.cellCount
    for cell in 0..<level.cellCount {
      // False for NaN as well.
      guard values[objectness + cell] >= floor, values[objectness + cell].isFinite else { continue }
      appendPrediction(level: level, anchor: anchor, cell: cell, offset: start + cell, values: values, to: &detections)
    }
  }

  private func appendPrediction(
    level: GridLevel, anchor: Int, cell: Int, offset: Int, values: UnsafeBufferPointer<Float>,
    to detections: inout [Detection]
  ) {
    let objectness =
      Logistic.sigmoid(Double(values[offset + level.objectnessIndex * level.cellCount]))
      * level.certainty(in: values, offset: offset)
    let firstClass = offset + (level.objectnessIndex + 1) * level.cellCount
    let normaliser =
      head.classProbability == .softmax ? logarithmOfSum(level: level, firstClass: firstClass, values: values) : nil
    let needed = scoreThreshold / objectness
    let floor = Float(normaliser.map { needed.logarithm() + $0 } ?? Logistic.logit(needed)) - 1e-4
    var box: BoundingBox?

    func add(_ classIndex: Int) {
      let logit = Double(values[firstClass + classIndex * level.cellCount])
      let score = objectness * (normaliser.map { (logit - $0).exponential() } ?? Logistic.sigmoid(logit))
      guard score >= scoreThreshold else { return }
      if box == nil {
        let raw = level.rawBox(in: values, offset: offset)
        let (row, column) = cell.quotientAndRemainder(dividingBy: level.columns)
        // 0·x is NaN where x is not finite.
        let isFinite = (raw * 0).sum() == 0
        box = isFinite ? level.decode(raw, anchor: anchor, row: row, column: column).box : .notANumber
      }
      if let box, box.isValid { detections.append(Detection(box: box, classIndex: classIndex, score: score)) }
    }

    var best: (classIndex: Int, logit: Float)?
    for classIndex in 0..<level.classCount {
      let logit = values[firstClass + classIndex * level.cellCount]
      guard logit >= floor, logit.isFinite else { continue }
      switch classSelection {
      case .every: add(classIndex)
      case .best: if logit > best?.logit ?? -.infinity { best = (classIndex, logit) }
      }
    }
    if let best { add(best.classIndex) }
  }

  /// ln Σ e^logit over the classes of one prediction; NaN where a logit is.
  private func logarithmOfSum(level: GridLevel, firstClass: Int, values: UnsafeBufferPointer<Float>) -> Double {
    let logits = (0..<level.classCount).map { Double(values[firstClass + $0 * level.cellCount]) }
    let largest = logits.max() ?? 0
    return largest + logits.reduce(0) { $0 + ($1 - largest).exponential() }.logarithm()
  }
}

extension BoundingBox {
  fileprivate static let notANumber = BoundingBox(x1: .nan, y1: .nan, x2: .nan, y2: .nan)
}
