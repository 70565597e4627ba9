import DetectionUtilities

/// A confusion matrix as it goes to a file, with the confidence and the IoU that it was taken at.
public struct ConfusionReport: Sendable, Hashable, Codable {
  public var confidence: Double
  public var iouThreshold: Double
  /// [(classes + 1) rows of (classes + 1)]: the object's class by row, the detection's by column, background last.
  public var counts: [[Int]]

  enum CodingKeys: String, CodingKey {
    case confidence, counts
    case iouThreshold = "iou"
  }

  public init(_ matrix: ConfusionMatrix) {
    confidence = matrix.confidence
    iouThreshold = matrix.iouThreshold
    let classes = 0...matrix.classCount
    counts = classes.map { object in classes.map { matrix[object: object, detection: $0] } }
  }

  /// Two classes and how many objects of the first were taken for the second.
  package struct Confusion: Hashable {
    package var object: Int
    package var detection: Int
    package var count: Int
    /// Of all objects of the class.
    package var share: Double
  }

  /// Pairs of two classes, not the background, that were confused, the most frequent first.
  package var confusions: [Confusion] {
    let classCount = counts.count - 1
    return (0..<classCount).flatMap { object -> [Confusion] in
      let sum = counts[object].reduce(0, +)
      return (0..<classCount).compactMap { detection in
        let count = counts[object][detection]
        if object == detection || count == 0 { return nil }
        return Confusion(object: object, detection: detection, count: count, share: Double(count) / Double(sum))
      }
    }.sorted { ($1.count, $0.object, $0.detection) < ($0.count, $1.object, $1.detection) }
  }
}
