import ComputeGraph

/// A model that training starts from: what of it fits the new network is taken over.
///
/// For fine-tuning on other classes, where all but the last layers are the same.
public struct InitialWeights: Sendable {
  public let parameters: ParameterStore
  /// How the model's images came in, which the new one's have to as well.
  public let preprocessing: Preprocessing
  /// Where it comes from, for messages.
  public let source: String

  public init(_ file: ModelFile, source: String) {
    parameters = file.parameters
    preprocessing = file.preprocessing
    self.source = source
  }

  /// Recognises these weights wherever they are.
  public var fingerprint: String { parameters.fingerprint }

  /// What became of each parameter, by name.
  public struct Outcome: Hashable, Sendable {
    /// Taken from the model.
    public var loaded: [String] = []
    /// Of the network, and not in the model, or there in another shape: they stay random.
    public var new: [String] = []
    /// Of the model, and not in the network.
    public var unused: [String] = []
  }

  /// Puts the model's parameters in place of those of the same name and shape.
  ///
  /// Throws a ``ModelFileError`` where none fits.
  public func load(into store: inout ParameterStore) throws(ModelFileError) -> Outcome {
    var outcome = Outcome()
    for name in store.names {
      if let tensor = parameters[name], tensor.shape == store[name]?.shape {
        store[name] = tensor
        outcome.loaded.append(name)
      } else {
        outcome.new.append(name)
      }
    }
    outcome.unused = parameters.names.filter { !store.contains($0) }
    if outcome.loaded.isEmpty {
      throw .weights(path: source, problem: "none of its parameters fits the network that is to be trained")
    }
    return outcome
  }
}
