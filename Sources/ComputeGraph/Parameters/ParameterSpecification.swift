import Tensors

/// What a graph says of one of its parameters before any value exists.
public struct ParameterSpecification: Hashable, Sendable {
  /// What the parameter is used for; decides weight decay, initial value and whether it is trained.
  public enum Role: Hashable, Sendable {
    /// Kernel of a convolution or matrix of an inner product.
    case weight
    /// Bias of a convolution or inner product.
    case bias
    /// γ of a batch normalisation.
    case scale
    /// β of a batch normalisation.
    case shift
    /// Running mean of a batch normalisation; not trained.
    case runningMean
    /// Running variance of a batch normalisation; not trained.
    case runningVariance
  }

  public var name: String
  public var shape: TensorShape
  public var role: Role

  public init(name: String, shape: TensorShape, role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// Whether gradients exist for it.
  public var isTrainable: Bool { role != .runningMean && role != .runningVariance }
  /// Weight decay applies to weights only, as is usual.
  public var hasWeightDecay: Bool { role == .weight }
}
