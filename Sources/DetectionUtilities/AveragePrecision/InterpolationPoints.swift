/// The points of a precision-recall curve that determine its envelope: where recall rises, and the last
/// one at each recall. Every ``AveragePrecision`` is the same on them as on the whole curve.
struct InterpolationPoints {
  private(set) var recall: [Double] = []
  private var precision: [Double] = []
  private let objectCount: Double
  /// Added to the number of detections.
  private let epsilon: Double
  private var right = 0
  private var wrong = 0
  private var isBelowKnot = false

  init(objectCount: Int, epsilon: Double) {
    self.objectCount = Double(objectCount)
    self.epsilon = epsilon
  }

  mutating func add(right count: Int) {
    for _ in 0..<count {
      if isBelowKnot { enter() }
      right += 1
      enter()
    }
  }

  mutating func add(wrong count: Int) {
    if count == 0 { return }
    wrong += count
    isBelowKnot = true
  }

  private mutating func enter() {
    recall.append(Double(right) / objectCount)
    // The grouping is pycocotools'.
    precision.append(Double(right) / (Double(wrong) + Double(right) + epsilon))
    isBelowKnot = false
  }

  /// For each knot the best precision at its recall or a higher one, when all detections are in.
  mutating func envelope() -> [Double] {
    if isBelowKnot { enter() }
    var envelope = precision
    for index in envelope.indices.dropLast().reversed() where envelope[index + 1] > envelope[index] {
      envelope[index] = envelope[index + 1]
    }
    return envelope
  }
}
