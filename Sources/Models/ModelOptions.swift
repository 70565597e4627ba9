import NetworkPlans

/// How a model is to be used, said when it is made.
public struct ModelOptions: Sendable, Hashable {
  /// What of a detector's raw output is kept.
  public var detection: DetectionOptions
  /// What compiling the network may cost for what running it gains.
  public var compilation: CompilationOptions

  public init(detection: DetectionOptions = DetectionOptions(), compilation: CompilationOptions = CompilationOptions())
  {
    self.detection = detection
    self.compilation = compilation
  }

  /// For average precision: see ``DetectionOptions/evaluation``.
  public static let evaluation = ModelOptions(detection: .evaluation)
}
