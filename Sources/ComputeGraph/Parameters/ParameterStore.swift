import OrderedCollections
import Tensors

/// A network's named tensors, in a fixed order: weights, biases and running statistics, or their gradients.
///
/// Names are dotted paths, torchvision's where torchvision has the architecture ("layer1.0.conv1.weight").
public struct ParameterStore: Sendable {
  private var tensors: OrderedDictionary<String, Tensor> = [:]

  public init() {}

  /// Names in the order in which they were added.
  public var names: [String] { Array(tensors.keys) }
  public var count: Int { tensors.count }
  public var elementCount: Int { tensors.values.reduce(0) { $0 + $1.elementCount } }

  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// Changes one tensor in place, without copying it.
  ///
  /// - Precondition: the store has a tensor of that name.
  public mutating func update<Result>(_ name: String, _ body: (inout Tensor) throws -> Result) rethrows -> Result {
    guard let index = tensors.index(forKey: name) else { preconditionFailure("no parameter is named \(name)") }
    return try body(&tensors.values[index])
  }
}
