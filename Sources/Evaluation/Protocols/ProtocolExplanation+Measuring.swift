import DetectionUtilities
import ParallelWork

extension ProtocolExplanation {
  /// The figures of a set under each of some rules, in their order.
  ///
  /// Rules that match alike share a matching, and one after the other is matched, so that few are held at a time.
  ///
  /// - Parameter metric: the one that is wanted; nil for all.
  static func figures(
    of set: EvaluationSet, under rules: [AveragePrecisionRules], metric: Metric? = nil
  ) -> [Figures] {
    var places: [MatchingRules: [Int]] = [:]
    for (place, rules) in rules.enumerated() { places[rules.matching, default: []].append(place) }
    let ways = places.sorted { $0.value[0] < $1.value[0] }
    let thresholds =
      switch metric {
      case .averagePrecision50: [0.5]
      case .averagePrecision75: [0.75]
      case .averagePrecision, nil: COCOEvaluationSettings().iouThresholds
      }
    return [Figures](unsafeUninitializedCapacity: rules.count) { buffer, count in
      // Every rule has its own place.
      nonisolated(unsafe) let results = buffer
      ParallelLoop.run(ways.count) { way in
        let matched = MatchedDetections(
          groundTruth: set.groundTruth, detections: set.detections, classCount: set.classes.count,
          rules: ways[way].key, iouThresholds: thresholds)
        ParallelLoop.run(ways[way].value.count) { index in
          let place = ways[way].value[index]
          let averages = matched.averages(rules[place].counting)
          func at(_ threshold: Double) -> Double? {
            thresholds.firstIndex(of: threshold).flatMap { averages.byThreshold[$0] }
          }
          (results.baseAddress! + place).initialize(
            to: Figures(
              averagePrecision: thresholds.count > 1 ? averages.mean : nil, averagePrecision50: at(0.5),
              averagePrecision75: at(0.75)))
        }
      }
      count = rules.count
    }
  }
}
