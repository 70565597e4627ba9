import Models

/// A step of the history, by the name that a user writes.
public enum TwoStageMethod: String, CaseIterable, Sendable {
  case rCNN = "r-cnn"
  case fastRCNN = "fast-r-cnn"
  case fasterRCNN = "faster-r-cnn"
}

/// How a two-stage detector is run, other than as it was trained.
public struct TwoStageOptions: Sendable {
  public var method: TwoStageMethod
  /// Where regions come from in the methods that do not propose their own.
  public var proposals: ProposalSource
  /// Most regions per image; nil for the configuration's own number.
  public var count: Int?
  /// Of the sources that draw.
  public var seed: UInt64

  public init(
    method: TwoStageMethod = .fasterRCNN, proposals: ProposalSource = .selectiveSearch, count: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.method = method
    self.proposals = proposals
    self.count = count
    self.seed = seed
  }

  /// Reads the file of proposals, where there is one. Throws a ``ProposalError`` for a file that cannot be used.
  func mode(count: Int) throws(ProposalError) -> TwoStageMode {
    if method == .fasterRCNN { return .fasterRCNN }
    let provider = try ProposalProvider(proposals)
    let seed = seed
    let source: RegionSource.Proposals = { image in
      try provider.proposals(for: image, count: count, seed: seed)
    }
    return method == .rCNN ? .rCNN(source) : .fastRCNN(source)
  }
}
