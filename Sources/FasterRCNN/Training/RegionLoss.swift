import DetectionUtilities
import Tensors

/// What the second stage learns (Fast R-CNN, Girshick 2015, eq. 1): cross-entropy over the classes and background, and
/// smooth L1 of the deltas of a region's own class, both divided by the number of counted regions, as in torchvision.
package struct RegionLoss {
  package var smoothL1: SmoothL1Loss
  package var boxWeight: Double

  package init(smoothL1: SmoothL1Loss, boxWeight: Double = 1) {
    self.smoothL1 = smoothL1
    self.boxWeight = boxWeight
  }

  package struct Value {
    package var classification: Float
    package var box: Float
    package var logitGradient: Tensor
    package var deltaGradient: Tensor
  }

  /// - Parameters:
  ///   - logits: R × (1 + classes), background first.
  ///   - deltas: R × 4(1 + classes).
  package func callAsFunction(logits: Tensor, deltas: Tensor, samples: [RegionSample]) -> Value {
    let classes = logits.shape[1]
    precondition(logits.shape[0] == samples.count && deltas.shape == [samples.count, 4 * classes], "a row per region")
    let share = 1 / Double(max(1, samples.count { $0.isCounted }))
    var classification = 0.0
    var box = 0.0
    var logitGradient = Tensor(zeros: logits.shape)
    var deltaGradient = Tensor(zeros: deltas.shape)
    for (row, sample) in samples.enumerated() where sample.isCounted {
      let label = sample.object.map { $0.classIndex + 1 } ?? 0
      let loss = CrossEntropyLoss.valueAndGradient(
        (0..<classes).map { Double(logits[row * classes + $0]) }, label: label)
      classification += share * loss.value
      for index in 0..<classes { logitGradient[row * classes + index] = Float(share * loss.gradient[index]) }
      guard let object = sample.object else { continue }
      let wanted = RegionDecoder.coder.encode(object.box, relativeTo: sample.region.box).values
      for coordinate in 0..<4 {
        let place = (row * classes + label) * 4 + coordinate
        let (value, slope) = smoothL1.valueAndSlope(Double(deltas[place]) - wanted[coordinate])
        box += boxWeight * share * value
        deltaGradient[place] = Float(boxWeight * share * slope)
      }
    }
    return Value(
      classification: Float(classification), box: Float(box), logitGradient: logitGradient,
      deltaGradient: deltaGradient)
  }
}
