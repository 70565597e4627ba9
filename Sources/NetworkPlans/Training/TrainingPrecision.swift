/// In which numbers a network is trained.
public enum TrainingPrecision: String, Sendable, CaseIterable {
  case float32 = "f32"
  /// Maps, weights and gradients of maps are rounded to bf16 before convolutions and fully connected layers multiply them, with
  /// sums in float32, where that is quicker than float32; parameters, their gradients, normalisation and losses stay float32.
  /// Needs AVX-512 with bf16.
  case bfloat16 = "bf16"

  /// Throws where this machine lacks the precision: nothing is trained in another one in silence.
  public func check() throws(PrecisionError) {
    if self == .bfloat16 { try Precision.bfloat16.check() }
  }
}
