import NetworkPlans

/// How a model is to be used, said when it is made.
public struct ModelOptions: Sendable, Hashable {
  /// What of a detector's raw output is kept.
  public var detection: DetectionOptions
  /// What compiling the network may cost for what running it gains.
  public var compilation: CompilationOptions
  /// Of a segmenter: cut images into tiles at their own size; nil to bring each to the network's size.
  public var tiling: TilingOptions?
  /// Of a segmenter: the views of an image, or of a tile, whose probabilities are averaged.
  public var testTimeAugmentation: TestTimeAugmentation

  public init(
    detection: DetectionOptions = DetectionOptions(), compilation: CompilationOptions = CompilationOptions(),
    tiling: TilingOptions? = nil, testTimeAugmentation: TestTimeAugmentation = .none
  ) {
    self.detection = detection
    self.compilation = compilation
    self.tiling = tiling
    self.testTimeAugmentation = testTimeAugmentation
  }

  /// For average precision: see ``DetectionOptions/evaluation``.
  public static let evaluation = ModelOptions(detection: .evaluation)
}
