import DetectionUtilities
import ImageCodecs
import Models

/// A detector that says what it was told to, by the width of the image, and keeps a list of what was asked of it.
package final class ScriptedTimedDetector: Detector {
  /// What several detectors were asked, in order.
  package final class Diary {
    package var entries: [String] = []

    package init() {}
  }

  package struct Tired: Error, CustomStringConvertible {
    package var description: String { "out of memory" }
  }

  package let classNames: [String]
  package let inputSize = ImageSize(width: 64, height: 64)
  private let stages: StageSeconds
  private let name: String
  private let diary: Diary
  private let answers: [Int: [Detection]]
  private let failsAfter: Int?
  private let drifts: Bool
  private var count = 0

  /// - Parameters:
  ///   - failsAfter: detections before it throws.
  ///   - drifts: whether its scores fall from detection to detection.
  package init(
    _ name: String = "detector", classNames: [String], answers: [Int: [Detection]] = [:], diary: Diary = Diary(),
    stages: StageSeconds = StageSeconds(), failsAfter: Int? = nil, drifts: Bool = false
  ) {
    self.name = name
    self.classNames = classNames
    self.answers = answers
    self.diary = diary
    self.failsAfter = failsAfter
    self.drifts = drifts
    self.stages = stages
  }

  package func predict(_ image: SourceImage) throws -> TimedPrediction<[Detection]> {
    if let failsAfter, count >= failsAfter { throw Tired() }
    count += 1
    let width = image.image.width
    diary.entries.append("\(name) \(width)")
    let detections = (answers[width] ?? []).map { detection in
      var detection = detection
      if drifts { detection.score -= 0.001 * Double(count) }
      return detection
    }
    return TimedPrediction(detections, seconds: stages)
  }
}
