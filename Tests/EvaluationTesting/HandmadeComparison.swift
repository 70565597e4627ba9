import DetectionUtilities
import Evaluation
import Models

extension ComparedDetector.Family {
  package static let yolo = ComparedDetector.Family(rawValue: "yolo")
  package static let fasterRCNN = ComparedDetector.Family(rawValue: "faster-rcnn")
}

/// A small comparison with figures that can be worked by hand: a fast detector, a slow and more accurate one that takes
/// 40 ms, and a file of detections between them.
package enum HandmadeComparison {
  package static func entry(
    _ name: String, _ family: ComparedDetector.Family, averagePrecision: Double?, milliseconds: Double?,
    path: String? = nil
  ) -> ComparedDetector {
    var analysis = AnalysedSet.analysis()
    analysis.summary.averagePrecision = averagePrecision
    if let averagePrecision {
      let values = [averagePrecision - 0.04, averagePrecision + 0.04]
      analysis.intervals?.averagePrecision = BootstrapInterval(value: averagePrecision, resampled: values, level: 0.5)
    } else {
      analysis.intervals = nil
    }
    return ComparedDetector(
      name: name, path: path ?? name, family: family, setting: ComparedDetector.Setting(), analysis: analysis,
      timing: milliseconds.map(timing),
      cost: milliseconds.map { _ in
        ComparedDetector.Cost(
          parameters: 4_460_000, operations: 6.4e9, proposals: family == .fasterRCNN ? 300 : nil, fileBytes: 17_900_000,
          peakMemory: nil)
      })
  }

  /// A quarter of the time in decoding, half of it in the network, and a tenth unaccounted.
  package static func timing(_ milliseconds: Double) -> ComparedTiming {
    func spread(_ share: Double) -> ComparedTiming.Spread { ComparedTiming.Spread([share * milliseconds]) }
    return ComparedTiming(
      images: 4, rounds: 1, whole: spread(1),
      stages: [
        ComparedTiming.StageTime(stage: .decode, spread: spread(0.25)),
        ComparedTiming.StageTime(stage: .network, spread: spread(0.5)),
        ComparedTiming.StageTime(stage: .boxHead, spread: spread(0.15)),
      ])
  }

  /// With this difference in every resample but one of three, which has `other`.
  package static func pair(
    _ first: String, _ second: String, difference: Double, other: Double, groups: [ComparedPair.Group] = []
  ) throws -> ComparedPair {
    let images = AnalysedSet.images.map(\.id)
    let evaluation = ResampledEvaluation(
      groundTruth: AnalysedSet.groundTruth, detections: AnalysedSet.detections, classCount: 2, imageIDs: images)
    var bootstrap = PairedBootstrapReport(first: evaluation, second: evaluation, resamples: 1)
    bootstrap.averagePrecision = PairedBootstrap(
      first: (difference, [difference, difference, other]), second: (0, [0, 0, 0]))
    return ComparedPair(
      first: first, second: second, bootstrap: bootstrap, verdict: "MatchOutcome on \(first) and \(second).",
      groups: groups)
  }

  /// A step that no detector stands for, and one for each family.
  package static let lineage = [
    LineageStep(
      name: "Sliding windows", year: 2001, paper: "Viola & Jones", regions: "Everywhere", runs: "Everywhere",
      training: "A cascade", here: "Nothing"),
    LineageStep(
      name: "Two stages", year: 2015, paper: "Ren", regions: "Proposed", runs: "Once, and for every region",
      training: "Both", here: "<code>In full</code>", reportName: "faster-rcnn"),
    LineageStep(
      name: "One stage", year: 2016, paper: "Redmon", regions: "None", runs: "Once", training: "One network",
      here: "In full", reportName: "yolo"),
  ]

  package static func report(_ entries: [ComparedDetector]) -> ComparisonReport {
    ComparisonReport(
      title: "Cats & dogs", protocolLine: "COCO <101 points>", timingLine: "one round",
      data: ComparisonReport.DataSet(
        path: "cats", images: 4, objects: 4, classes: AnalysedSet.classNames, emptyClasses: []),
      machine: ComparisonReport.Machine(processor: "a processor", cores: 2, instructions: "AVX2", version: "1.0"),
      entries: entries, pairs: [], disagreements: [])
  }

  package static func full() throws -> ComparisonReport {
    var report = report([
      entry("fast <1>", .yolo, averagePrecision: 0.5, milliseconds: 10),
      entry("slow", .fasterRCNN, averagePrecision: 0.6, milliseconds: 40),
      entry("file", .results, averagePrecision: 0.55, milliseconds: nil),
    ])
    let group = ComparedPair.Group(
      property: "size", name: "small (up to 32² pixels)", objects: 10, foundByBoth: 5, onlyFirst: 1, onlySecond: 3,
      missedByBoth: 1)
    report.pairs = [
      try pair("fast <1>", "slow", difference: -0.1, other: 0.2, groups: [group]),
      try pair("slow", "file", difference: 0.05, other: 0.04),
    ]
    report.disagreements = [
      ComparedImage(
        id: 1, name: "image 1.jpg", objects: 2, differences: 3,
        outcomes: [
          ComparedImage.Outcome(detector: "fast <1>", found: 1, missed: 1, falsePositives: 4),
          ComparedImage.Outcome(detector: "slow", found: 2, missed: 0, falsePositives: 5),
        ])
    ]
    report.failures = [
      ComparisonReport.Failure(name: "broken", path: "broken.safetensors", reason: "It broke.", finishedImages: 1)
    ]
    report.notes = ["A note & more."]
    return report
  }
}
