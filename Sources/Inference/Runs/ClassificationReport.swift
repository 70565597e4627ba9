import Foundation
import ImageCodecs
import Models

/// What a classifier says of one image, as `classify --json` writes it.
public struct ClassificationReport: ImageReport, Codable, Hashable {
  public struct Entry: Codable, Sendable, Hashable {
    public var label: String
    public var classId: Int
    public var probability: Double
  }

  /// Path as given.
  public var image: String
  public var width: Int
  public var height: Int
  /// The most probable classes, best first.
  public var classes: [Entry]
  /// The network's raw output for every class, in the order of the model; nil where it was not asked for.
  public var logits: [Float]?

  /// - Parameters:
  ///   - count: most classes to report.
  ///   - withLogits: whether the raw outputs are kept.
  public init(
    image: String, size: ImageSize, scores: ClassScores, count: Int, withLogits: Bool = false, classNames: [String],
    classIDs: [Int]
  ) {
    self.image = image
    width = size.width
    height = size.height
    classes = scores.best(count).map {
      Entry(label: classNames[$0], classId: classIDs[$0], probability: scores.probabilities[$0])
    }
    logits = withLogits ? scores.logits : nil
  }
}
