import ArgumentParser
import FasterRCNN

/// How a two-stage detector is run: what `detect`, `evaluate` and `benchmark` share.
struct TwoStageArguments: ParsableArguments {
  @Option(
    help: """
      Run a two-stage model as r-cnn (every region through the whole network), fast-r-cnn (regions pooled out of one \
      pass) or faster-r-cnn (the network proposes its regions).
      """)
  var method: TwoStageMethod?
  @Option(
    help: """
      Regions for r-cnn and fast-r-cnn: selective-search (the default), sliding-windows, random, or a JSON file of \
      boxes by image name.
      """)
  var proposals: String?
  @Option(help: "Most regions per image; by default the model's own number.")
  var proposalCount: Int?

  func validate() throws {
    if let proposalCount, !(1...100_000).contains(proposalCount) {
      throw ValidationError("--proposal-count is 1 to 100,000, not \(proposalCount)")
    }
    if proposals != nil, method == nil || method == .fasterRCNN {
      throw ValidationError("--proposals goes with --method r-cnn or fast-r-cnn")
    }
    do {
      _ = try source
    } catch {
      throw ValidationError("--proposals: \(error)")
    }
  }

  /// nil where the user asked for nothing.
  var options: TwoStageOptions? {
    get throws {
      if method == nil && proposalCount == nil { return nil }
      try checkFile()
      return TwoStageOptions(method: method ?? .fasterRCNN, proposals: try source, count: proposalCount)
    }
  }

  /// Throws where a file of proposals is missing.
  func checkFile() throws {
    if case .file(let path) = try source { try MissingInput.checkFile(path, "a file of proposals (JSON)") }
  }

  var source: ProposalSource {
    get throws { try proposals.map { try ProposalSource(argument: $0) } ?? .selectiveSearch }
  }
}

extension TwoStageMethod: ExpressibleByArgument {}
