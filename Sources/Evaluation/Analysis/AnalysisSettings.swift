/// What an ``EvaluationAnalysis`` is asked for.
public struct AnalysisSettings: Sendable, Hashable, Codable {
  /// Of the operating points, the confusion matrix, the calibration, the miss rate and the error types.
  public var iouThreshold: Double
  /// Of the confusion matrix, the precision and recall beside it, and the worst images; nil for that of the best F1.
  public var confidence: Double?
  /// Bins of the calibration diagram.
  public var calibrationBins: Int
  /// Bootstrap resamples; 0 for no confidence intervals.
  public var resamples: Int
  /// The share of resamples inside of an interval.
  public var level: Double
  public var seed: UInt64
  /// How many of the worst images are listed.
  public var worstImages: Int

  public init(
    iouThreshold: Double = 0.5, confidence: Double? = nil, calibrationBins: Int = 10, resamples: Int = 1000,
    level: Double = 0.95, seed: UInt64 = 0, worstImages: Int = 12
  ) {
    self.iouThreshold = iouThreshold
    self.confidence = confidence
    self.calibrationBins = calibrationBins
    self.resamples = resamples
    self.level = level
    self.seed = seed
    self.worstImages = worstImages
  }
}
