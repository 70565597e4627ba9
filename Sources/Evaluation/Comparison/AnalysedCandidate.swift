import ComputeGraph
import DetectionUtilities

/// A candidate of a comparison with all that its own detections say.
struct AnalysedCandidate {
  var entry: ComparedDetector
  var set: EvaluationSet
  var outcomes: ObjectOutcomes
  var remarks: EvaluationRemarks
  /// Figures of the set as it is and of every resample; of all candidates on the same images.
  var value: ResampledEvaluation.Value
  var resampled: [ResampledEvaluation.Value]

  static let level = 0.95

  init(
    _ finished: ComparisonMeasurement.Finished, protocol rules: EvaluationProtocol, settings: ComparisonReport.Settings
  ) {
    set = finished.set
    // The intervals come from the resamples that pairs need as well.
    let result = EvaluationResult(set, protocol: rules)
    remarks = result.remarks
    let overlaps = set.maskOverlaps(rules.iouType)
    var analysis = EvaluationAnalysis(
      set, result: result, overlaps: overlaps,
      settings: AnalysisSettings(resamples: 0, level: Self.level, seed: settings.seed))
    let evaluation = ResampledEvaluation(
      groundTruth: set.cocoGroundTruth, detections: set.detections, overlaps: overlaps, classCount: set.classes.count,
      imageIDs: set.images.map(\.id))
    value = evaluation.value(multiplicities: evaluation.imageIDs.map { _ in 1 })
    resampled = evaluation.values(resamples: settings.resamples, seed: settings.seed)
    analysis.settings.resamples = settings.resamples
    analysis.intervals = BootstrapReport(value, resampled: resampled, level: Self.level)
    outcomes = ObjectOutcomes(set, overlaps: overlaps, confidence: analysis.point.confidence)
    let candidate = finished.candidate
    var cost: ComparedDetector.Cost?
    if case .detector(_, let known, _) = candidate.source { cost = known }
    entry = ComparedDetector(
      name: candidate.name, path: candidate.path, family: candidate.family, setting: candidate.setting,
      analysis: analysis, timing: finished.timing, cost: cost)
  }
}

extension AnalysedCandidate {
  /// Whether both found the same, in whatever order.
  func hasDetections(of other: AnalysedCandidate) -> Bool {
    set.detections.count == other.set.detections.count && Set(set.detections) == Set(other.set.detections)
  }
}

extension BootstrapReport {
  init(_ value: ResampledEvaluation.Value, resampled: [ResampledEvaluation.Value], level: Double) {
    averagePrecision = BootstrapInterval(
      value: value.averagePrecision, resampled: resampled.map(\.averagePrecision), level: level)
    averagePrecision50 = BootstrapInterval(
      value: value.averagePrecision50, resampled: resampled.map(\.averagePrecision50), level: level)
  }
}

extension PairedBootstrapReport {
  init(_ first: AnalysedCandidate, _ second: AnalysedCandidate) {
    func pair(_ figure: (ResampledEvaluation.Value) -> Double) -> PairedBootstrap {
      PairedBootstrap(
        first: (figure(first.value), first.resampled.map(figure)),
        second: (figure(second.value), second.resampled.map(figure)), level: AnalysedCandidate.level)
    }
    averagePrecision = pair(\.averagePrecision)
    averagePrecision50 = pair(\.averagePrecision50)
  }
}

extension ComparedPair {
  init(_ first: AnalysedCandidate, _ second: AnalysedCandidate, by properties: [ObjectGroups], images: Int) {
    let bootstrap = PairedBootstrapReport(first, second)
    self.init(
      first: first.entry.name, second: second.entry.name, bootstrap: bootstrap,
      verdict: Self.verdict(
        first: first.entry.name, second: second.entry.name, difference: bootstrap.averagePrecision.difference,
        images: images),
      groups: Self.groups(first.outcomes, second.outcomes, by: properties))
  }
}
