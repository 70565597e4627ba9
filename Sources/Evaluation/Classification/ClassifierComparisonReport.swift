import Foundation

/// Classifiers on the same images: their figures, every two against each other, and the images on which they disagree.
public struct ClassifierComparisonReport: Sendable, Codable {
  public struct Entry: Sendable, Codable {
    public var name: String
    /// That training changes.
    public var parameters: Int
    public var millisecondsPerImage: Double
    public var result: ClassificationResult

    public init(name: String, parameters: Int, millisecondsPerImage: Double, result: ClassificationResult) {
      self.name = name
      self.parameters = parameters
      self.millisecondsPerImage = millisecondsPerImage
      self.result = result
    }
  }

  public struct Pair: Sendable, Codable {
    public var first: String
    public var second: String
    public var comparison: ClassifierComparison

    /// Which is better by how much and how sure that is.
    public var sentence: String {
      func points(_ share: Double) -> String { String(format: "%+.2f", 100 * share) }
      let difference = comparison.difference
      return "\(second) against \(first): \(points(difference.value)) points of top-1 "
        + "(\(String(format: "%g", 100 * difference.level)) %: \(points(difference.lower)) to "
        + "\(points(difference.upper))), right alone \(comparison.onlySecond) against \(comparison.onlyFirst), "
        + "p \(String(format: "%.3g", comparison.probability))"
        + (comparison.isClear ? "" : ": these images do not tell them apart")
    }
  }

  /// An image that some get right and others do not.
  public struct Disagreement: Sendable, Codable, Hashable {
    public var image: String
    public var truth: Int
    /// What each of the entries says, in their order, and how sure it is.
    public var predicted: [Int]
    public var confidences: [Double]
  }

  public var entries: [Entry]
  public var pairs: [Pair]
  /// Images that all of them could be asked about.
  public var imageCount: Int
  /// The most confidently wrong first.
  public var disagreements: [Disagreement]

  /// Images that are kept of those on which entries disagree.
  public static let mostDisagreements = 24

  /// - Parameters:
  ///   - predictions: of each entry; of images that another lacks nothing is compared.
  ///   - resamples: at least 1.
  public init(_ entries: [Entry], predictions: [[ClassifiedPrediction]], resamples: Int, seed: UInt64) {
    precondition(entries.count == predictions.count, "predictions of every entry")
    self.entries = entries
    let named = predictions.map { Set($0.map(\.image)) }
    let known = named.dropFirst().reduce(named.first ?? []) { $0.intersection($1) }
    let common = predictions.map { $0.filter { known.contains($0.image) } }
    imageCount = common.first?.count ?? 0
    pairs = []
    disagreements = []
    guard imageCount > 0 else { return }
    for second in entries.indices {
      for first in 0..<second {
        pairs.append(
          Pair(
            first: entries[first].name, second: entries[second].name,
            comparison: ClassifierComparison(common[first], common[second], resamples: resamples, seed: seed)))
      }
    }
    disagreements = Self.disagreements(common)
  }

  private static func disagreements(_ predictions: [[ClassifiedPrediction]]) -> [Disagreement] {
    let found = predictions[0].indices.compactMap { place -> (surest: Double, image: Disagreement)? in
      let said = predictions.map { $0[place] }
      let wrong = said.filter { !$0.isRight }
      guard let surest = wrong.map(\.confidence).max(), wrong.count < said.count else { return nil }
      return (
        surest,
        Disagreement(
          image: said[0].image, truth: said[0].truth, predicted: said.map(\.predicted),
          confidences: said.map(\.confidence))
      )
    }
    return found.sorted { ($1.surest, $0.image.image) < ($0.surest, $1.image.image) }.prefix(mostDisagreements)
      .map(\.image)
  }
}
