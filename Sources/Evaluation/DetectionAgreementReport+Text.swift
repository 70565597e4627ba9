import DetectionUtilities
import Foundation

extension DetectionAgreementReport {
  /// One line for people, such as `dog.jpg: dog 0.8200 at (…): reference has 0.7900 at (…), 3.2 px and 0.03 in score
  /// apart`.
  public func text(_ place: Place) -> String {
    switch place.difference {
    case .both(let pair):
      "\(place.image): \(named(pair.left)): \(right) has \(text(pair.right)), \(number(pair.boxDifference)) px and "
        + "\(number(pair.scoreDifference)) in score apart"
    case .onlyLeft(let detection): "\(place.image): \(named(detection)): \(right) has none"
    case .onlyRight(let detection): "\(place.image): \(right) has \(named(detection)): \(left) has none"
    }
  }

  private func named(_ detection: Detection) -> String { "\(classNames[detection.classIndex]) \(text(detection))" }

  private func text(_ detection: Detection) -> String {
    let box = detection.box
    return String(format: "%.4f at (%.2f, %.2f, %.2f, %.2f)", detection.score, box.x1, box.y1, box.x2, box.y2)
  }

  private func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
