import Datasets
import DetectionUtilities
import Evaluation

/// Two classes, four images: found and confused in the first, missed in the second, a false positive in the third, and
/// nothing in the fourth.
package enum AnalysedSet {
  package static let classNames = ["cat", "<dog> & co"]
  package static let images = (1...4).map { EvaluationSet.Image(id: $0, name: "image \($0).jpg") }
  package static let groundTruth = [
    object(1, 0, x: 0), object(1, 1, x: 40), object(2, 0, x: 0), object(2, 1, x: 40),
  ]
  package static let detections = [
    detection(1, 0, x: 0, 0.9), detection(1, 0, x: 40, 0.8), detection(3, 1, x: 0, 0.7),
    detection(2, 0, x: 0, 0.6), detection(3, 1, x: 0, 0.05),
  ]

  /// The same as a set.
  package static func set(images: [EvaluationSet.Image] = images) -> EvaluationSet {
    EvaluationSet(
      classes: classNames.enumerated().map { ObjectClass(id: $0 + 1, name: $1) }, images: images,
      groundTruth: groundTruth, detections: detections)
  }

  package static func analysis(resamples: Int = 50, confidence: Double? = nil) -> EvaluationAnalysis {
    EvaluationAnalysis(
      groundTruth: groundTruth, detections: detections, classNames: classNames, images: images,
      settings: AnalysisSettings(confidence: confidence, resamples: resamples))
  }

  private static func object(_ image: Int, _ classIndex: Int, x: Double) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: image, classIndex: classIndex, box: CornerSizeBox(x: x, y: 10, width: 30, height: 30))
  }

  private static func detection(_ image: Int, _ classIndex: Int, x: Double, _ score: Double) -> EvaluationDetection {
    EvaluationDetection(
      imageID: image, classIndex: classIndex, box: CornerSizeBox(x: x, y: 10, width: 30, height: 30), score: score)
  }
}
