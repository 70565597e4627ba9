import Tensors

/// A graph that cannot be compiled for the input that it was given.
public enum GraphError: Error, CustomStringConvertible {
  /// A layer cannot take what flows into it.
  case shape(layer: String, found: [TensorShape], expected: String)
  /// A parameter is absent or has another shape than the graph says.
  case parameter(name: String, found: TensorShape?, expected: TensorShape)

  public var description: String {
    switch self {
    case .shape(let layer, let found, let expected):
      "layer \(layer) expects \(expected), not \(found.map(\.description).joined(separator: " and "))"
    case .parameter(let name, let found?, let expected):
      "parameter \(name) has shape \(found), where the network expects \(expected)"
    case .parameter(let name, nil, let expected):
      "parameter \(name) of shape \(expected) is missing"
    }
  }
}
