import DetectionUtilities
import Tensors

extension YOLOLoss {
  /// Adds the loss of one prediction that learns an object to `gradient`, and returns its weighted terms.
  ///
  /// Its objectness has been counted as background already.
  func addPositive(
    location: GridLocation, truth: LabelledBox, level: GridLevel, output: Tensor, share: Double,
    objectnessWeight: Double, gradient: inout Tensor
  ) -> (box: Double, objectness: Double, classification: Double) {
    let offset = level.offset(of: location)
    let raw = level.rawBox(in: output, offset: offset)
    let decoded = level.decode(raw, anchor: location.anchor, row: location.row, column: location.column)

    let boxWeight = configuration.boxWeight * share
    let boxLoss = BoxRegressionLoss.cIoU.valueAndGradient(predicted: decoded.box, target: truth.box)
    let rawGradient = boxWeight * decoded.rawGradient(corners: boxLoss.gradient)
    for channel in 0..<4 { gradient[offset + channel * level.cellCount] = Float(rawGradient[channel]) }

    let iou = decoded.box.iou(with: truth.box)
    let objectnessTarget = configuration.objectnessTarget == .iou ? iou : 1
    let objectnessIndex = offset + 4 * level.cellCount
    let objectness = -objectnessWeight * objectnessTarget * Double(output[objectnessIndex])
    gradient[objectnessIndex] -= Float(objectnessWeight * objectnessTarget)

    let classWeight = configuration.classificationWeight * share
    let smoothing = configuration.labelSmoothing / 2
    let classTarget = (1 - smoothing) * (configuration.scalesClassTargetByIoU ? iou : 1)
    var classification = 0.0
    for classIndex in 0..<level.classCount {
      let index = offset + (5 + classIndex) * level.cellCount
      let logit = Double(output[index])
      let target = classIndex == truth.classIndex ? classTarget : smoothing
      classification += Logistic.softplus(logit) - target * logit
      gradient[index] = Float(classWeight * (Logistic.sigmoid(logit) - target))
    }
    return (boxWeight * boxLoss.value, objectness, classWeight * classification)
  }
}
