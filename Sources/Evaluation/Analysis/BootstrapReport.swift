import ComputeGraph
import DetectionUtilities
import ParallelWork

/// Confidence intervals of the average precision over resampled images.
///
/// Where classes have few objects, resamples leave some classes out and repeat others, and tend to a higher mean than the
/// set itself: the interval then stands to the right of the figure.
public struct BootstrapReport: Sendable, Hashable, Codable {
  public var averagePrecision: BootstrapInterval
  public var averagePrecision50: BootstrapInterval

  enum CodingKeys: String, CodingKey {
    case averagePrecision = "AP"
    case averagePrecision50 = "AP50"
  }

  /// - Parameter resamples: at least 1.
  public init(_ evaluation: ResampledEvaluation, resamples: Int, level: Double = 0.95, seed: UInt64 = 0) {
    let value = evaluation.value(multiplicities: evaluation.imageIDs.map { _ in 1 })
    let resampled = evaluation.values(resamples: resamples, seed: seed)
    averagePrecision = BootstrapInterval(
      value: value.averagePrecision, resampled: resampled.map(\.averagePrecision), level: level)
    averagePrecision50 = BootstrapInterval(
      value: value.averagePrecision50, resampled: resampled.map(\.averagePrecision50), level: level)
  }
}

/// Two detectors on the same resamples of the same images.
public struct PairedBootstrapReport: Sendable, Hashable, Codable {
  public var averagePrecision: PairedBootstrap
  public var averagePrecision50: PairedBootstrap

  enum CodingKeys: String, CodingKey {
    case averagePrecision = "AP"
    case averagePrecision50 = "AP50"
  }

  /// - Precondition: both evaluations are of the same images, and `resamples` is at least 1.
  public init(
    first: ResampledEvaluation, second: ResampledEvaluation, resamples: Int, level: Double = 0.95, seed: UInt64 = 0
  ) {
    precondition(first.imageIDs == second.imageIDs, "a paired bootstrap needs two detectors on the same images")
    let ones = first.imageIDs.map { _ in Int32(1) }
    let (firstValue, secondValue) = (first.value(multiplicities: ones), second.value(multiplicities: ones))
    let firstValues = first.values(resamples: resamples, seed: seed)
    let secondValues = second.values(resamples: resamples, seed: seed)
    func pair(_ figure: (ResampledEvaluation.Value) -> Double) -> PairedBootstrap {
      PairedBootstrap(
        first: (figure(firstValue), firstValues.map(figure)),
        second: (figure(secondValue), secondValues.map(figure)), level: level)
    }
    averagePrecision = pair { $0.averagePrecision }
    averagePrecision50 = pair { $0.averagePrecision50 }
  }
}

extension ResampledEvaluation {
  /// The figures of resamples 0 ..< `resamples`, made on all cores; the same for any number of them.
  public func values(resamples: Int, seed: UInt64) -> [Value] {
    [Value](unsafeUninitializedCapacity: resamples) { buffer, count in
      nonisolated(unsafe) let results = buffer
      ParallelLoop.run(resamples) { resample in
        let value = value(multiplicities: multiplicities(seed: seed, resample: resample))
        (results.baseAddress! + resample).initialize(to: value)
      }
      count = resamples
    }
  }
}
