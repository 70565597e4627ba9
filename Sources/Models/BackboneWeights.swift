import ComputeGraph

/// The part of a model that every family of detectors shares: backbone and feature pyramid.
///
/// A model file of either family is a saved backbone; either family can start from it.
public struct BackboneWeights: Sendable {
  /// What the names of shared parameters begin with.
  public static let prefix = "backbone."

  /// The parameters under their full names.
  public let parameters: ParameterStore
  /// Where they come from, for errors.
  public let source: String
  /// How images came in where the weights were trained; nil for a detector's, which says nothing of what another does.
  public let preprocessing: Preprocessing?
  /// What the names of the parameters begin with that have to agree: a classifier has no feature pyramid.
  private let sharedPrefix: String

  /// The shared part of a model's parameters.
  public init(of parameters: ParameterStore, source: String) {
    var shared = ParameterStore()
    for name in parameters.names where name.hasPrefix(Self.prefix) { shared[name] = parameters[name] }
    self.parameters = shared
    self.source = source
    preprocessing = nil
    sharedPrefix = Self.prefix
  }

  /// A classifier's trunk.
  ///
  /// - Parameter trunk: parameters under the names of a detector's backbone without a feature pyramid.
  public init(trunk: ParameterStore, preprocessing: Preprocessing, source: String) {
    parameters = trunk
    self.preprocessing = preprocessing
    self.source = source
    sharedPrefix = "\(Self.prefix)body."
  }

  /// Reads the backbone out of a model file. Throws as `ModelFile.init(contentsOf:)`.
  public init(contentsOf path: String) throws {
    self.init(of: try ModelFile(contentsOf: path).parameters, source: path)
  }

  /// Recognises these weights wherever they are.
  public var fingerprint: String { parameters.fingerprint }

  /// Puts the weights in place of a network's own.
  ///
  /// Throws a ``ModelFileError`` unless both have the same parameters of the same shapes under ``prefix``, of a classifier's trunk without those of the feature pyramid.
  public func replaceBackbone(in store: inout ParameterStore) throws(ModelFileError) {
    let wanted = store.names.filter { $0.hasPrefix(sharedPrefix) }
    for name in wanted where parameters[name]?.shape != store[name]?.shape {
      let found = parameters[name].map { "\($0.shape)" } ?? "nothing"
      let expected = store[name].map { "\($0.shape)" } ?? ""
      throw .weights(path: source, problem: "the network wants \(name) as \(expected), the backbone has \(found)")
    }
    if let extra = parameters.names.first(where: { store[$0] == nil }) {
      throw .weights(path: source, problem: "the backbone has \(extra), which the network does not know")
    }
    for name in wanted { store[name] = parameters[name] }
  }
}
