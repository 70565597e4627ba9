/// How a training run ended, when it did not fail. Epochs and steps count what is finished.
public enum TrainingOutcome: Equatable, Sendable {
  /// All epochs done; the model files are written. `best` is nil where nothing was validated.
  case completed(best: ValidationResult?)
  /// The configured time is over; checkpoint and model files are written, and the run can be resumed.
  case timeLimitReached(epochs: Int, steps: Int, best: ValidationResult?)
  /// Somebody asked to stop; the checkpoint is written, and the run can be resumed.
  case interrupted(epochs: Int, steps: Int)
}
