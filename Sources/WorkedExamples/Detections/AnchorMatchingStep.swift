import DetectionUtilities

/// Which object each anchor is to learn, by the table of their overlaps.
struct AnchorMatchingStep: Sendable {
  var groundTruth: [BoundingBox]
  var anchors: [BoundingBox]
  var matcher: AnchorMatcher

  func solve(name: String) throws -> SolvedStep {
    var step = SolvedStep(name: name, title: "anchor matching")
    let (low, high) = (NumberText.of(matcher.lowThreshold), NumberText.of(matcher.highThreshold))
    step.notes = [
      "an anchor whose best IoU is at least \(high) learns that object, below \(low) background, between them nothing"
    ]
    if matcher.allowsLowQualityMatches {
      step.notes.append("the anchors that overlap an object most are matched however little that is")
    }
    let overlaps = anchors.map { anchor in groundTruth.map { $0.iou(with: anchor) } }
    let matches = matcher.match(groundTruth: groundTruth, boxes: anchors)
    let header = ["anchor", "box"] + groundTruth.indices.map { "IoU with object \($0 + 1)" } + ["outcome", "because"]
    var rows: [[String]] = []
    for (index, anchor) in anchors.enumerated() {
      let (outcome, reason) = explained(overlaps[index], of: overlaps)
      guard outcome == matches[index] else {
        throw WorkedExampleError(
          .disagreement,
          "anchor matching: by the table anchor \(index + 1) is \(outcome), but the matcher says "
            + "\(matches[index])")
      }
      step.words.append(outcome.word)
      rows.append(
        ["\(index + 1)", BoxWriting.text(anchor)] + overlaps[index].map(NumberText.of) + [outcome.word, reason])
    }
    step.tables = [WorkedTable(header: header, rows: rows)]
    return step
  }

  private func explained(_ own: [Double], of all: [[Double]]) -> (AnchorMatch, String) {
    guard let highest = own.max(), let best = own.firstIndex(of: highest) else { return (.background, "no object") }
    let text = NumberText.of(highest)
    if highest >= matcher.highThreshold {
      return (.matched(groundTruth: best), "\(text) ≥ \(NumberText.of(matcher.highThreshold))")
    }
    if matcher.allowsLowQualityMatches {
      for object in groundTruth.indices {
        let most = all.map { $0[object] }.max() ?? 0
        if most > 0, own[object] == most {
          return (.matched(groundTruth: best), "no anchor overlaps object \(object + 1) more")
        }
      }
    }
    return highest < matcher.lowThreshold
      ? (.background, "\(text) < \(NumberText.of(matcher.lowThreshold))")
      : (.ignored, "\(NumberText.of(matcher.lowThreshold)) ≤ \(text) < \(NumberText.of(matcher.highThreshold))")
  }
}

extension AnchorMatch {
  /// Objects are counted from 1.
  fileprivate var word: String {
    switch self {
    case .matched(let object): "object \(object + 1)"
    case .background: "background"
    case .ignored: "ignored"
    }
  }
}
