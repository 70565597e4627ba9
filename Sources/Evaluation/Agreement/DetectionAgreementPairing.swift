import DetectionUtilities

/// The detections of two sides that have no counterpart yet.
struct DetectionAgreementPairing {
  /// In descending score.
  private(set) var left: [Detection]
  private(set) var right: [Detection]

  /// - Parameter lowest: detections with a lower score are left out.
  init(_ left: [Detection], _ right: [Detection], lowest: Double) {
    func ranked(_ detections: [Detection]) -> [Detection] {
      detections.enumerated().filter { $0.element.score >= lowest }
        .sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.map(\.element)
    }
    self.left = ranked(left)
    self.right = ranked(right)
  }

  /// Takes out the pairs of a class that may be, each detection of the left side with the best one that is left over.
  ///
  /// - Parameter rank: how good a pair is, the larger the better; nil where the two cannot be a pair.
  mutating func take(_ rank: (DetectionAgreement.Pair) -> (Double, Double)?) -> [DetectionAgreement.Pair] {
    var taken: [DetectionAgreement.Pair] = []
    var unpaired: [Detection] = []
    for detection in left {
      var best: (place: Int, pair: DetectionAgreement.Pair, rank: (Double, Double))?
      for (place, other) in right.enumerated() where other.classIndex == detection.classIndex {
        let pair = DetectionAgreement.Pair(left: detection, right: other)
        guard let rank = rank(pair) else { continue }
        if let found = best, found.rank >= rank { continue }
        best = (place, pair, rank)
      }
      if let best {
        taken.append(best.pair)
        right.remove(at: best.place)
      } else {
        unpaired.append(detection)
      }
    }
    left = unpaired
    return taken
  }
}
