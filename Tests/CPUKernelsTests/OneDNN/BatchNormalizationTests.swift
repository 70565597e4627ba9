import CPUKernels
import TensorTesting
import Tensors
import Testing

@Suite struct BatchNormalizationTests {
  static let shapes: [TensorShape] = [[3, 16, 4, 5], [1, 32, 6, 7], [2, 5, 3, 3]]
  static let epsilon: Float = 1e-3

  /// x̂ and 1/√(σ² + ε) with the given statistics.
  static func normalised(
    _ source: [Double], _ shape: TensorShape, _ mean: [Double], _ variance: [Double]
  ) -> (values: [Double], inverseDeviations: [Double]) {
    let area = shape[2] * shape[3]
    let inverse = variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
    return (
      source.enumerated().map { index, value in
        let channel = index / area % shape[1]
        return (value - mean[channel]) * inverse[channel]
      }, inverse
    )
  }

  /// Mean per channel.
  static func means(_ values: [Double], _ shape: TensorShape) -> [Double] {
    let area = shape[2] * shape[3]
    var result = [Double](repeating: 0, count: shape[1])
    for (index, value) in values.enumerated() {
      result[index / area % shape[1]] += value / Double(shape[0] * area)
    }
    return result
  }

  static func tensors(_ shape: TensorShape) -> (source: Tensor, scale: Tensor, shift: Tensor, gradient: Tensor) {
    var generator = SeededGenerator(seed: 11)
    return (
      generator.tensor(shape, in: -1...3), generator.tensor([shape[1]], in: 0.5...1.5), generator.tensor([shape[1]]),
      generator.tensor(shape)
    )
  }

  @Test(arguments: shapes, [false, true])
  func inferenceUsesTheGivenStatistics(_ shape: TensorShape, relu: Bool) throws {
    let (source, scale, shift, _) = Self.tensors(shape)
    var generator = SeededGenerator(seed: 12)
    let mean = generator.tensor([shape[1]])
    let variance = generator.tensor([shape[1]], in: 0.2...2)
    let kernel = try BoundKernel(
      Kernel.batchNormalization(
        .inference, layout: TensorLayout(.channelBlocked, shape: shape), epsilon: Self.epsilon, relu: relu))
    for (role, tensor) in [
      (Kernel.Role.source, source), (.mean, mean), (.variance, variance), (.scale, scale), (.shift, shift),
    ] { try kernel.give(role, tensor) }
    try kernel.reserve(.destination)
    try kernel.execute()

    let area = shape[2] * shape[3]
    let expected = Self.normalised(source.doubles, shape, mean.doubles, variance.doubles).values.enumerated().map {
      let channel = $0 / area % shape[1]
      let value = $1 * Double(scale[channel]) + Double(shift[channel])
      return relu ? max(value, 0) : value
    }
    #expect(relativeError(try kernel.take(.destination, shape), expected) < 1e-6)
  }

  @Test(arguments: shapes, [false, true])
  func trainingAgreesWithThePlainLoop(_ shape: TensorShape, relu: Bool) throws {
    let (source, scale, shift, gradient) = Self.tensors(shape)
    let layout = TensorLayout(.channelBlocked, shape: shape)
    let area = shape[2] * shape[3]
    let forward = try BoundKernel(
      Kernel.batchNormalization(.forward, layout: layout, epsilon: Self.epsilon, relu: relu))
    try forward.give(.source, source)
    try forward.give(.scale, scale)
    try forward.give(.shift, shift)
    try forward.reserve(.destination, .mean, .variance)
    if relu { try forward.reserve(.workspace) }
    try forward.execute()

    let mean = Self.means(source.doubles, shape)
    // Biased: divided by the number of samples.
    let variance = Self.means(
      source.doubles.enumerated().map { ($1 - mean[$0 / area % shape[1]]) * ($1 - mean[$0 / area % shape[1]]) }, shape)
    #expect(relativeError(try forward.take(.mean, [shape[1]]), mean) < 1e-6)
    #expect(relativeError(try forward.take(.variance, [shape[1]]), variance) < 1e-6)
    let (normalised, inverse) = Self.normalised(source.doubles, shape, mean, variance)
    let linear = normalised.enumerated().map {
      $1 * Double(scale[$0 / area % shape[1]]) + Double(shift[$0 / area % shape[1]])
    }
    #expect(
      relativeError(try forward.take(.destination, shape), linear.map { relu ? max($0, 0) : $0 }) < 2e-6)

    let backward = try BoundKernel(
      Kernel.batchNormalization(.backwardData, layout: layout, epsilon: Self.epsilon, relu: relu))
    try backward.give(.source, source)
    try backward.share(.mean, with: forward)
    try backward.share(.variance, with: forward)
    if relu { try backward.share(.workspace, with: forward) }
    try backward.give(.scale, scale)
    try backward.give(.shift, shift)
    try backward.give(.destinationGradient, gradient)
    try backward.reserve(.sourceGradient, .scaleGradient, .shiftGradient)
    try backward.execute()

    // Ioffe & Szegedy 2015, §3, in the form dx = γ/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)).
    let flowing = zip(gradient.doubles, linear).map { relu && $1 <= 0 ? 0 : $0 }
    let meanGradient = Self.means(flowing, shape)
    let meanProduct = Self.means(zip(flowing, normalised).map(*), shape)
    let samples = Double(shape[0] * area)
    let expected = flowing.indices.map { index in
      let channel = index / area % shape[1]
      return Double(scale[channel]) * inverse[channel]
        * (flowing[index] - meanGradient[channel] - normalised[index] * meanProduct[channel])
    }
    #expect(relativeError(try backward.take(.sourceGradient, shape), expected) < 5e-6)
    #expect(
      relativeError(try backward.take(.scaleGradient, [shape[1]]), meanProduct.map { $0 * samples }) < 5e-6)
    #expect(
      relativeError(try backward.take(.shiftGradient, [shape[1]]), meanGradient.map { $0 * samples }) < 5e-6)
  }
}
