/// How a plan decides in which way each of its convolutions is computed.
public enum ConvolutionTuning: String, Sendable, Hashable, CaseIterable {
  /// By a fixed table: the same choice in every run, hence the same bytes.
  case off
  /// Measures the few ways that the table thinks best when the plan is built; some hundred milliseconds.
  case fast
  /// Measures every way.
  case full
}
