import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

extension Graph {
  /// Random initial values for every parameter, in the order of ``parameters``.
  ///
  /// Weights are normal with variance 2 / fan-out (He et al. 2015, eq. 14, as torchvision's ResNet does), biases and
  /// shifts 0, scales 1, running statistics 0 and 1.
  public func initialParameters(using generator: inout some RandomNumberGenerator) -> ParameterStore {
    var store = ParameterStore()
    for specification in parameters {
      let shape = specification.shape
      store[specification.name] =
        switch specification.role {
        case .weight: normal(shape, using: &generator)
        case .bias, .shift, .runningMean: Tensor(zeros: shape)
        case .scale, .runningVariance: Tensor(repeating: 1, shape: shape)
        }
    }
    return store
  }

  private func normal(_ shape: TensorShape, using generator: inout some RandomNumberGenerator) -> Tensor {
    let receptiveField = shape.rank == 4 ? shape[2] * shape[3] : 1
    let deviation = (2 / Double(max(1, shape[0] * receptiveField))).squareRoot()
    return Tensor(
      shape: shape,
      values: (0..<shape.elementCount).map { _ in
        // Box–Muller; 1 − u keeps the logarithm finite.
        let radius = (-2 * log(1 - Self.uniform(using: &generator))).squareRoot()
        return Float(deviation * radius * cos(2 * .pi * Self.uniform(using: &generator)))
      })
  }

  /// A number in [0, 1). The standard library's way, which is not compiled for a generator of another module: millions of
  /// weights took seconds.
  private static func uniform(using generator: inout some RandomNumberGenerator) -> Double {
    Double(generator.next() & (1 << 53 - 1)) * 0x1p-53
  }
}
