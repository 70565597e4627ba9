import DetectionUtilities
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
