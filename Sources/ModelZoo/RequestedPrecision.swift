import Models
import NetworkPlans

/// What a model is to be computed in, by the name that a user writes.
public enum RequestedPrecision: String, CaseIterable, Sendable {
  case f32
  case bf16
  case int8

  /// Throws a `ModelFileError` where a model of a precision cannot be computed in this one: on this processor, or at all.
  func check(for own: Precision, path: String) throws(ModelFileError) {
    switch (self, own) {
    case (.f32, .float32), (.f32, .bfloat16), (.int8, .int8): return
    case (.bf16, .float32), (.bf16, .bfloat16):
      do { try Precision.bfloat16.check() } catch { throw .precision(path: path, problem: "\(error)") }
    case (.int8, _):
      throw .precision(path: path, problem: "is in f32; expected a model in int8, which 'peregrine quantize' makes")
    case (_, .int8): throw .precision(path: path, problem: "is in int8, and cannot be computed in \(rawValue)")
    }
  }
}
