import DetectionUtilities
import Tensors
import YOLO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss written out plainly in double precision, with everything frozen that is a constant in the gradient: the
/// assignment, the IoUs that serve as targets and the CIoU's α, all taken at the outputs it was made with.
struct ReferenceLoss {
  struct Terms {
    var box = 0.0
    var objectness = 0.0
    var classification = 0.0
    var total: Double { box + objectness + classification }
  }

  let head: YOLOHeadConfiguration
  let configuration: YOLOLossConfiguration
  let shapes: [TensorShape]
  let targets: [[LabelledBox]]
  let assignment: TargetAssignment
  private var ious: [Double] = []
  private var alphas: [Double] = []

  init(_ loss: YOLOLoss, outputs: [Tensor], targets: [[LabelledBox]], assignment: TargetAssignment) {
    head = loss.head
    configuration = loss.configuration
    shapes = outputs.map(\.shape)
    self.targets = targets
    self.assignment = assignment
    let raw = outputs.map { $0.values.map(Double.init) }
    for positive in assignment.positives {
      let box = box(raw, positive.location)
      let truth = targets[positive.location.image][positive.groundTruth].box
      let iou = Self.iou(box, truth)
      let ratio = Self.ratioPenalty(box, truth)
      ious.append(iou)
      alphas.append(ratio / (1 - iou + ratio))
    }
  }

  func callAsFunction(_ raw: [[Double]]) -> Terms {
    var terms = Terms()
    let positives = Double(assignment.positives.count)
    let learners = Dictionary(
      uniqueKeysWithValues: assignment.positives.enumerated().map { ($1.location, $0) })
    let ignored = Set(assignment.ignored)
    for (level, shape) in shapes.enumerated() {
      let predictions = Double(shape[0] * head.anchors[level].count * shape[2] * shape[3])
      let weight =
        configuration.objectnessNormalisation == .positives
        ? configuration.objectnessWeight / max(positives, Double(shape[0]))
        : configuration.objectnessWeight * configuration.levelBalance[level] / predictions
      for image in 0..<shape[0] {
        for anchor in head.anchors[level].indices {
          for row in 0..<shape[2] {
            for column in 0..<shape[3] {
              let location = GridLocation(image: image, level: level, anchor: anchor, row: row, column: column)
              if ignored.contains(location) { continue }
              let logit = raw[level][head.index(location, channel: 4, shape: shape)]
              guard let index = learners[location] else {
                terms.objectness += weight * crossEntropy(logit, 0)
                continue
              }
              let truth = targets[image][assignment.positives[index].groundTruth]
              let target = configuration.objectnessTarget == .one ? 1 : ious[index]
              terms.objectness += weight * crossEntropy(logit, target)
              terms.box += configuration.boxWeight / positives * boxLoss(raw, location, truth.box, index)
              for classIndex in 0..<head.classCount {
                let logit = raw[level][head.index(location, channel: 5 + classIndex, shape: shape)]
                let smoothing = configuration.labelSmoothing / 2
                let quality = configuration.scalesClassTargetByIoU ? ious[index] : 1
                let target = classIndex == truth.classIndex ? (1 - smoothing) * quality : smoothing
                terms.classification +=
                  configuration.classificationWeight / positives * crossEntropy(logit, target)
              }
            }
          }
        }
      }
    }
    return terms
  }

  private func crossEntropy(_ logit: Double, _ target: Double) -> Double {
    -target * log(sigmoid(logit)) - (1 - target) * log(1 - sigmoid(logit))
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func box(_ raw: [[Double]], _ location: GridLocation) -> BoundingBox {
    let t = (0..<4).map { raw[location.level][head.index(location, channel: $0, shape: shapes[location.level])] }
    let s = head.scaleXY[location.level]
    let stride = Double(head.strides[location.level])
    let anchor = head.anchors[location.level][location.anchor]
    let x = (s * sigmoid(t[0]) - (s - 1) / 2 + Double(location.column)) * stride
    let y = (s * sigmoid(t[1]) - (s - 1) / 2 + Double(location.row)) * stride
    let isSquared = head.boxParameterisation == .squared
    let width = anchor.width * (isSquared ? pow(2 * sigmoid(t[2]), 2) : exp(t[2]))
    let height = anchor.height * (isSquared ? pow(2 * sigmoid(t[3]), 2) : exp(t[3]))
    return BoundingBox(x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2)
  }

  private func boxLoss(_ raw: [[Double]], _ location: GridLocation, _ truth: BoundingBox, _ index: Int) -> Double {
    let box = box(raw, location)
    let diagonal =
      pow(max(box.x2, truth.x2) - min(box.x1, truth.x1), 2) + pow(max(box.y2, truth.y2) - min(box.y1, truth.y1), 2)
    let distance = pow(box.centerX - truth.centerX, 2) + pow(box.centerY - truth.centerY, 2)
    return 1 - Self.iou(box, truth) + distance / diagonal + alphas[index] * Self.ratioPenalty(box, truth)
  }

  private static func iou(_ a: BoundingBox, _ b: BoundingBox) -> Double {
    let width = max(0, min(a.x2, b.x2) - max(a.x1, b.x1))
    let height = max(0, min(a.y2, b.y2) - max(a.y1, b.y1))
    return width * height / (a.area + b.area - width * height)
  }

  private static func ratioPenalty(_ a: BoundingBox, _ b: BoundingBox) -> Double {
    4 / (Double.pi * Double.pi) * pow(atan(b.width / b.height) - atan(a.width / a.height), 2)
  }
}
