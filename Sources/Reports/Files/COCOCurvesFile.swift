import DetectionUtilities
import Files
import Foundation

/// Everything that a COCO evaluation found, as pycocotools' `eval` holds it: −1 where there is no object.
public struct COCOCurvesFile: Encodable, Sendable {
  public var classes: [String]
  public var iouThresholds: [Double]
  public var recallThresholds: [Double]
  public var areaRanges: [COCOEvaluationSettings.AreaRange]
  public var maximumDetections: [Int]
  /// [IoU thresholds × recall thresholds × classes × area ranges × maxima].
  public var precision: [Double] = []
  /// [IoU thresholds × classes × area ranges × maxima].
  public var recall: [Double] = []
  /// Shaped as `precision`: the score at which the recall is reached.
  public var scores: [Double] = []

  public init(_ evaluation: COCOEvaluation, classNames: [String]) {
    precondition(classNames.count == evaluation.classCount, "a name for every class")
    let settings = evaluation.settings
    classes = classNames
    iouThresholds = settings.iouThresholds
    recallThresholds = settings.recallThresholds
    areaRanges = settings.areaRanges
    maximumDetections = settings.maximumDetections
    for threshold in settings.iouThresholds.indices {
      let cells = classNames.indices.flatMap { classIndex in
        settings.areaRanges.indices.flatMap { area in
          settings.maximumDetections.indices.map {
            COCOEvaluation.Cell(iouThreshold: threshold, classIndex: classIndex, areaRange: area, maximumDetections: $0)
          }
        }
      }
      recall += cells.map { evaluation.recall($0) ?? -1 }
      for index in settings.recallThresholds.indices {
        precision += cells.map { evaluation.precision($0, recallThreshold: index) ?? -1 }
        scores += cells.map { evaluation.score($0, recallThreshold: index) ?? -1 }
      }
    }
  }

  /// Writes the file atomically.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path)
  }
}
