/// How a training run ended, when it did not fail. Epochs and steps count what is finished.
public enum TrainingOutcome: Equatable, Sendable {
  /// All epochs done; the model files are written. `best` is nil where nothing was validated.
  case completed(best: ValidationResult?)
  /// The configured time is over; checkpoint and model files are written, and the run can be resumed.
  case timeLimitReached(epochs: Int, steps: Int, best: ValidationResult?)
  /// Somebody asked to stop; the checkpoint is written, and the run can be resumed.
  case interrupted(epochs: Int, steps: Int)
}

/// How well a detector did on the validation images.
public struct ValidationResult: Equatable, Sendable {
  /// COCO's AP, averaged over IoU 0.50 to 0.95, in [0, 1].
  public var averagePrecision: Double
  /// AP at IoU 0.50, in [0, 1].
  public var averagePrecision50: Double

  public init(averagePrecision: Double, averagePrecision50: Double) {
    self.averagePrecision = averagePrecision
    self.averagePrecision50 = averagePrecision50
  }

  /// Under the names that a model file and the log give them.
  public var metrics: [String: Double] { ["AP": averagePrecision, "AP50": averagePrecision50] }

  /// By AP, then by AP50: early in a run AP is zero while AP50 already tells runs apart.
  func isBetter(than other: ValidationResult) -> Bool {
    (averagePrecision, averagePrecision50) > (other.averagePrecision, other.averagePrecision50)
  }
}
