import DetectionUtilities
import Evaluation
import Files
import Foundation

extension DetectionAgreementReport {
  private struct Side: Encodable {
    var name: String
    var boxes: Int
    var share: Double
  }

  private struct Box: Encodable {
    var score: Double
    /// x1, y1, x2, y2 in pixels.
    var box: [Double]

    init(_ detection: Detection) {
      score = detection.score
      box = [detection.box.x1, detection.box.y1, detection.box.x2, detection.box.y2]
    }
  }

  private struct Entry: Encodable {
    var image: String
    var label: String
    var left: Box?
    var right: Box?
    var boxDifference: Double?
    var scoreDifference: Double?
  }

  private struct File: Encodable {
    var images: Int
    var tolerances: DetectionAgreement.Tolerances
    var agreeing: Int
    var left: Side
    var right: Side
    var largestBoxDifference: Entry?
    var largestScoreDifference: Entry?
    /// All of them, image by image, in each in descending score.
    var differences: [Entry]
  }

  /// Writes counts, shares and all differences as JSON, in one step.
  public func write(to path: String) throws {
    let file = File(
      images: images.count, tolerances: tolerances, agreeing: agreeingCount,
      left: Side(name: left, boxes: leftCount, share: leftShare),
      right: Side(name: right, boxes: rightCount, share: rightShare),
      largestBoxDifference: largestBoxDifference.map(entry), largestScoreDifference: largestScoreDifference.map(entry),
      differences: differences.map(entry))
    try OutputFile.writeJSON(file, to: path, formatting: .prettyPrinted)
  }

  private func entry(_ place: Place) -> Entry {
    func entry(_ detection: Detection, left: Box?, right: Box?) -> Entry {
      Entry(image: place.image, label: classNames[detection.classIndex], left: left, right: right)
    }
    switch place.difference {
    case .onlyLeft(let detection): return entry(detection, left: Box(detection), right: nil)
    case .onlyRight(let detection): return entry(detection, left: nil, right: Box(detection))
    case .both(let pair):
      var result = entry(pair.left, left: Box(pair.left), right: Box(pair.right))
      result.boxDifference = pair.boxDifference
      result.scoreDifference = pair.scoreDifference
      return result
    }
  }
}

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
