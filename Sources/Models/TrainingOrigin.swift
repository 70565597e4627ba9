/// Where the weights of a training run came from, by their fingerprints; nil where they were random.
public struct TrainingOrigin: Hashable, Sendable {
  /// See ``BackboneWeights``.
  public var backbone: String?
  /// See ``InitialWeights``.
  public var model: String?

  public init(backbone: String? = nil, model: String? = nil) {
    self.backbone = backbone
    self.model = model
  }
}

extension ModelFile.Provenance {
  /// What training says of a model.
  public mutating func note(_ origin: TrainingOrigin, metrics: [String: Double], trainingDataHash: String) {
    self.metrics = metrics
    self.trainingDataHash = trainingDataHash
    initialBackbone = origin.backbone
    initialModel = origin.model
  }
}
