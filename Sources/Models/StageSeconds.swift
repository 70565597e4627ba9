/// Where the time of one detection went, seconds, by stages that every family of detector has names for.
public struct StageSeconds: Hashable, Sendable {
  /// Resizing and normalising the image.
  public var preprocess = 0.0
  /// The convolutional network; of a two-stage detector its first stage.
  public var network = 0.0
  /// From the first stage's outputs to regions, or regions from elsewhere; nil for a single-stage detector.
  public var proposals: Double?
  /// Pooling of regions and the network that looks at each; nil for a single-stage detector.
  public var boxHead: Double?
  /// From the outputs to detections.
  public var postprocess = 0.0

  public init(
    preprocess: Double = 0, network: Double = 0, proposals: Double? = nil, boxHead: Double? = nil,
    postprocess: Double = 0
  ) {
    self.preprocess = preprocess
    self.network = network
    self.proposals = proposals
    self.boxHead = boxHead
    self.postprocess = postprocess
  }
}

extension StageSeconds {
  /// Runs a stage and adds the time that it takes.
  package mutating func measure<Result>(
    _ stage: WritableKeyPath<StageSeconds, Double>, _ body: () throws -> Result
  ) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { self[keyPath: stage] += start.duration(to: clock.now) / .seconds(1) }
    return try body()
  }
}
