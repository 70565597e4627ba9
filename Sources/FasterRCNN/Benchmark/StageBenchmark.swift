import DetectionUtilities
import Files
import Foundation
import ImageCodecs
import Models

/// Where the time of a two-stage detector goes, stage by stage.
public struct StageBenchmark: Sendable {
  public var method: TwoStageMethod
  /// Median of every stage over the runs, seconds; the number of regions is the last run's.
  public var times: StageTimes
  public var runs: Int

  /// Detects on one image over and over, after one run that compiles the network.
  public static func measure(
    _ file: ModelFile, path: String, image: RGBImage, options: TwoStageOptions, runs: Int
  ) throws -> StageBenchmark {
    let detector = try FasterRCNNDetector(file, path: path, twoStage: options, options: .evaluation)
    let source = SourceImage(image, name: path)
    _ = try detector.detect(source)
    let all = try (0..<max(1, runs)).map { _ in try detector.detect(source).times }
    var median = StageTimes()
    for stage in StageTimes.stages { median[keyPath: stage.path] = Self.median(all.map { $0[keyPath: stage.path] }) }
    median.regionCount = all.last?.regionCount ?? 0
    return StageBenchmark(method: options.method, times: median, runs: all.count)
  }

  /// Writes a list of measurements as JSON, atomically: milliseconds by stage.
  public static func write(_ benchmarks: [StageBenchmark], to path: String) throws {
    let list = benchmarks.map { benchmark in
      File(
        method: benchmark.method.rawValue, runs: benchmark.runs, regions: benchmark.times.regionCount,
        milliseconds: Dictionary(
          uniqueKeysWithValues: StageTimes.stages.map { ($0.name, 1e3 * benchmark.times[keyPath: $0.path]) }),
        wholeMilliseconds: 1e3 * benchmark.times.total, shareOutsideOfPlans: benchmark.times.shareOutsideOfPlans)
    }
    try OutputFile.writeJSON(list, to: path, formatting: .prettyPrinted)
  }

  private struct File: Encodable {
    var method: String
    var runs: Int
    var regions: Int
    var milliseconds: [String: Double]
    var wholeMilliseconds: Double
    var shareOutsideOfPlans: Double
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

extension StageTimes {
  /// Every stage in the order in which it runs, with a name for tables and files.
  public static var stages: [(name: String, path: WritableKeyPath<StageTimes, Double>)] {
    [
      ("preparation", \.preparation), ("external proposals", \.externalProposals), ("trunk", \.trunk),
      ("proposals", \.proposals), ("pooling", \.pooling), ("head", \.head), ("decoding", \.decoding),
    ]
  }
}
