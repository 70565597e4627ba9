/// Draws a fixed number of anchors or proposals for the loss, so that the many negatives do not drown the few positives
/// (Faster R-CNN, Ren et al. 2015, section 3.1.3).
public struct BalancedSampler: Hashable, Sendable, Codable {
  /// Indices into the matches, each list rising.
  public struct Sample: Hashable, Sendable {
    public var positives: [Int]
    public var negatives: [Int]
  }

  /// Positives and negatives together.
  public var count: Int
  /// The largest share of positives, in [0, 1]. Negatives fill up what positives leave.
  public var positiveFraction: Double

  public init(count: Int, positiveFraction: Double) {
    precondition(count >= 0 && positiveFraction >= 0 && positiveFraction <= 1, "a share lies in [0, 1]")
    self.count = count
    self.positiveFraction = positiveFraction
  }

  /// Draws without replacement, every subset of the allowed size being equally likely. Ignored ones are never drawn.
  public func sample(_ matches: [AnchorMatch], using generator: inout some RandomNumberGenerator) -> Sample {
    var positives: [Int] = []
    var negatives: [Int] = []
    for (index, match) in matches.enumerated() {
      switch match {
      case .matched: positives.append(index)
      case .background: negatives.append(index)
      case .ignored: break
      }
    }
    let positiveCount = min(positives.count, Int(Double(count) * positiveFraction))
    Self.draw(positiveCount, from: &positives, using: &generator)
    Self.draw(min(negatives.count, count - positiveCount), from: &negatives, using: &generator)
    return Sample(positives: positives, negatives: negatives)
  }

  /// The first steps of a Fisher-Yates shuffle, which touch no more than the drawn part.
  private static func draw(
    _ drawn: Int, from indices: inout [Int], using generator: inout some RandomNumberGenerator
  ) {
    guard drawn < indices.count else { return }
    for position in 0..<drawn {
      indices.swapAt(position, Int.random(in: position..<indices.count, using: &generator))
    }
    indices.removeLast(indices.count - drawn)
    indices.sort()
  }
}
