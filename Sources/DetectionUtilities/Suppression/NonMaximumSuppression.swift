/// Removes boxes that a better scored box already covers: exact greedy non-maximum suppression.
///
/// Candidates are visited by descending score, at equal scores the one with the lower index first. A candidate is kept
/// unless its IoU with a kept box of its class is above `iouThreshold`. The outcome depends
/// on nothing else: no time limit, no order of the input beyond ties.
///
/// Candidates whose score is NaN or whose coordinates are not finite are dropped.
public struct NonMaximumSuppression: Hashable, Sendable, Codable {
  /// In [0, 1].
  public var iouThreshold: Double
  /// Only scores above it are candidates; nil for no floor.
  public var scoreThreshold: Double?
  /// Only so many best scored candidates take part, over all classes; nil for all.
  public var maximumCandidates: Int?
  /// At most so many boxes are kept, over all classes; nil for all.
  public var maximumDetections: Int?

  public init(
    iouThreshold: Double, scoreThreshold: Double? = nil, maximumCandidates: Int? = nil,
    maximumDetections: Int? = nil
  ) {
    precondition(iouThreshold >= 0 && iouThreshold <= 1, "an IoU threshold lies in [0, 1]")
    precondition((maximumCandidates ?? 0) >= 0 && (maximumDetections ?? 0) >= 0, "a maximum is not negative")
    self.iouThreshold = iouThreshold
    self.scoreThreshold = scoreThreshold
    self.maximumCandidates = maximumCandidates
    self.maximumDetections = maximumDetections
  }

  /// The kept detections by descending score.
  public func callAsFunction(_ detections: [Detection]) -> [Detection] {
    keptIndices(
      boxes: detections.map(\.box), scores: detections.map(\.score), classIndices: detections.map(\.classIndex)
    ).map { detections[$0] }
  }

  /// The indices of the kept boxes by descending score.
  ///
  /// `boxes`, `scores` and `classIndices` are of equal length; classes may be left out, then all boxes are of one class.
  ///
  /// - Complexity: O(n + n × kept boxes of the same class nearby), nearby along x as far as the threshold allows.
  public func keptIndices(boxes: [BoundingBox], scores: [Double], classIndices: [Int]? = nil) -> [Int] {
    precondition(boxes.count == scores.count, "as many scores as boxes")
    precondition(classIndices.map { $0.count == boxes.count } ?? true, "as many classes as boxes")
    let limit = maximumDetections ?? .max
    let candidates = candidates(boxes: boxes, scores: scores)
    var suppressor = BoxSuppressor(
      iouThreshold: iouThreshold, boxes: candidates.map { boxes[$0] },
      classIndices: classIndices.map { classes in candidates.map { classes[$0] } })
    var kept: [Int] = []
    for (position, index) in candidates.enumerated() {
      if kept.count >= limit { break }
      if suppressor.keep(position) { kept.append(index) }
    }
    return kept
  }

  /// Indices by descending score.
  private func candidates(boxes: [BoundingBox], scores: [Double]) -> [Int] {
    var entries: [StableScoreOrder.Entry] = []
    entries.reserveCapacity(scores.count)
    let floor = scoreThreshold ?? -.infinity
    for (index, score) in scores.enumerated()
    where (score > floor || (scoreThreshold == nil && !score.isNaN)) && boxes[index].hasFiniteCoordinates {
      entries.append(StableScoreOrder.Entry(key: StableScoreOrder.key(score), index: Int32(index)))
    }
    return StableScoreOrder.rising(entries).prefix(maximumCandidates ?? .max).map { Int($0.index) }
  }
}

extension BoundingBox {
  /// Whether no coordinate is NaN or infinite. One sum tells, since either would persist in it.
  fileprivate var hasFiniteCoordinates: Bool { ((x1 - x1) + (y1 - y1) + (x2 - x2) + (y2 - y2)) == 0 }
}
