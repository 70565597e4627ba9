import DetectionUtilities
import Tensors

extension TargetAssigner {
  /// SimOTA's choice for one ground truth: its k cheapest candidates, where k is the sum of its highest IoUs (YOLOX,
  /// section 2.1).
  func cheapest(
    _ candidates: [Candidate], for truth: LabelledBox, levels: [GridLevel], outputs: [Tensor]
  ) -> [(location: GridLocation, cost: Double)] {
    var ious: [Double] = []
    var priced: [(location: GridLocation, cost: Double)] = []
    ious.reserveCapacity(candidates.count)
    priced.reserveCapacity(candidates.count)
    for candidate in candidates {
      let location = candidate.location
      let level = levels[location.level]
      let output = outputs[location.level]
      let offset = level.offset(of: location)
      let raw = level.rawBox(in: output, offset: offset)
      let box = level.decode(raw, anchor: location.anchor, row: location.row, column: location.column).box
      let iou = box.isValid ? box.iou(with: truth.box) : 0
      let classCost = Self.classCost(level: level, output: output, offset: offset, classIndex: truth.classIndex)
      let cost = classCost - configuration.iouCostWeight * (iou + 1e-8).logarithm()
      ious.append(iou)
      // A prediction that is not a number is the last choice, but never a crash.
      priced.append((location, cost.isFinite ? cost : .greatestFiniteMagnitude))
    }
    let sum = ious.sorted(by: >).prefix(max(0, configuration.topCandidates)).reduce(0, +)
    let order = priced.indices.sorted { (priced[$0].cost, $0) < (priced[$1].cost, $1) }
    return order.prefix(max(1, Int(sum))).map { priced[$0] }
  }

  /// Binary cross-entropy over all classes of p = √(σ(objectness)·σ(class)), as YOLOX prices a candidate.
  private static func classCost(level: GridLevel, output: Tensor, offset: Int, classIndex: Int) -> Double {
    let objectness = Logistic.sigmoid(Double(output[offset + 4 * level.cellCount]))
    let greatest = 1 - 1e-7
    var cost = 0.0
    // One logarithm for sixteen classes: the product of as many numbers ≥ 1e-7 does not underflow.
    var product = 1.0
    for index in 0..<level.classCount {
      let logit = Double(output[offset + (5 + index) * level.cellCount])
      let probability = (objectness * Logistic.sigmoid(logit)).squareRoot()
      if index == classIndex {
        cost -= max(probability, 1e-7).logarithm()
      } else {
        product *= 1 - min(probability, greatest)
      }
      if index % 16 == 15 {
        cost -= product.logarithm()
        product = 1
      }
    }
    return cost - product.logarithm()
  }
}
