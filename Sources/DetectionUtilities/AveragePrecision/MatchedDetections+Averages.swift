extension MatchedDetections {
  /// Average precision over the classes, each in [0, 1]; nil where there is nothing to average.
  public struct Averages: Hashable, Sendable, Codable {
    /// Mean over the IoU thresholds.
    public var mean: Double?
    /// [IoU thresholds].
    public var byThreshold: [Double?]
  }

  /// The figures by some rules of counting: by COCO's and Pascal VOC's those of ``COCOEvaluator`` and ``VOCEvaluator`` to
  /// the last digit.
  ///
  /// - Complexity: O(detections × IoU thresholds).
  public func averages(_ rules: CountingRules = CountingRules()) -> Averages {
    let kept = classes.filter { $0.objectCount > 0 || rules.emptyClasses == .zero }.map { $0.kept(by: rules) }
    if kept.isEmpty { return Averages(byThreshold: iouThresholds.map { _ in nil }) }
    // pycocotools takes one mean over everything, and the order of its additions shows in the last digit.
    let isCOCO = rules.estimator == .coco101
    var precisions: [Double] = []
    var byThreshold: [Double?] = []
    for threshold in iouThresholds.indices {
      let first = precisions.count
      let curves = kept.map { $0.values(threshold: threshold, rules) }
      for sample in curves[0].indices {
        for curve in curves { precisions.append(curve[sample]) }
      }
      let part = precisions[first...]
      byThreshold.append((isCOCO ? PairwiseSum.sum(part) : part.reduce(0, +)) / Double(part.count))
    }
    let sum = isCOCO ? PairwiseSum.sum(precisions[...]) : precisions.reduce(0, +)
    return Averages(mean: precisions.isEmpty ? nil : sum / Double(precisions.count), byThreshold: byThreshold)
  }
}

extension MatchedClass {
  /// The class with those detections alone that count.
  fileprivate func kept(by rules: CountingRules) -> MatchedClass {
    var kept = self
    if let lowest = rules.lowestScore { kept.entries.removeAll { $0.score < lowest } }
    if let maximum = rules.maximumPerClass { kept.entries.removeAll { $0.rankInClass >= maximum } }
    if let maximum = rules.maximumPerImage { kept.entries.removeAll { $0.rankInImage >= maximum } }
    return kept
  }

  /// Of COCO's estimator the samples whose mean is the average precision; of the others that alone.
  fileprivate func values(threshold: Int, _ rules: CountingRules) -> [Double] {
    let isCOCO = rules.estimator == .coco101
    if objectCount == 0 { return [Double](repeating: 0, count: isCOCO ? 101 : 1) }
    // numpy's spacing(1), which pycocotools adds.
    var points = InterpolationPoints(objectCount: objectCount, epsilon: isCOCO ? Double.ulpOfOne : 0)
    let bit: ImageMatcher.Thresholds = 1 << ImageMatcher.Thresholds(threshold)
    if rules.ties == .asGiven {
      for entry in entries {
        if entry.outcome.isRight & bit != 0 {
          points.add(right: 1)
        } else if entry.outcome.isIgnored & bit == 0 {
          points.add(wrong: 1)
        }
      }
    } else {
      addTied(bit, rightFirst: rules.ties == .rightFirst, to: &points)
    }
    let envelope = points.envelope()
    return isCOCO
      ? AveragePrecision.sampled(points.recall, envelope, at: AveragePrecision.cocoRecalls)
      : [rules.estimator.estimate(recall: points.recall, envelope: envelope)]
  }

  private func addTied(_ bit: ImageMatcher.Thresholds, rightFirst: Bool, to points: inout InterpolationPoints) {
    var index = 0
    while index < entries.count {
      let score = StableScoreOrder.key(entries[index].score)
      var (right, wrong) = (0, 0)
      while index < entries.count && StableScoreOrder.key(entries[index].score) == score {
        if entries[index].outcome.isRight & bit != 0 {
          right += 1
        } else if entries[index].outcome.isIgnored & bit == 0 {
          wrong += 1
        }
        index += 1
      }
      if rightFirst {
        points.add(right: right)
        points.add(wrong: wrong)
      } else {
        points.add(wrong: wrong)
        points.add(right: right)
      }
    }
  }
}
