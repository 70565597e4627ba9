import CPUKernels
import ComputeGraph
import TensorTesting
import Tensors
import Testing

/// A convolution with the maps that it is tested on.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  var name: String
  var geometry: ConvolutionGeometry
  var batch = 1
  var height: Int
  var width: Int
  var hasBias = true
  /// Order of the source; the destination is always blocked.
  var order = TensorLayout.Order.channelBlocked
  var algorithm = ConvolutionAlgorithm.direct

  init(
    _ name: String, _ geometry: ConvolutionGeometry, batch: Int = 1, _ height: Int, _ width: Int,
    hasBias: Bool = true, order: TensorLayout.Order = .channelBlocked, algorithm: ConvolutionAlgorithm = .direct
  ) {
    self.name = name
    self.geometry = geometry
    self.batch = batch
    self.height = height
    self.width = width
    self.hasBias = hasBias
    self.order = order
    self.algorithm = algorithm
  }

  var testDescription: String { name }

  var reference: PlainConvolution {
    PlainConvolution(geometry: geometry, source: [batch, geometry.inputChannels, height, width])
  }

  /// Tensors of one test: source, weights, bias, and the gradient that flows into the destination.
  func tensors() -> (source: Tensor, weights: Tensor, bias: Tensor, gradient: Tensor) {
    var generator = SeededGenerator(seed: 7)
    let reference = reference
    return (
      generator.tensor(reference.source), generator.tensor(geometry.weightShape),
      generator.tensor([geometry.outputChannels]), generator.tensor(reference.destination)
    )
  }

  /// The kernel of a direction, with its inputs given and its outputs reserved.
  func kernel(_ direction: Kernel.Direction, epilogue: ConvolutionEpilogue = .init()) throws -> BoundKernel {
    let reference = reference
    let (source, weights, bias, gradient) = tensors()
    let kernel = try BoundKernel(
      Kernel.convolution(
        geometry, direction, source: TensorLayout(order, shape: reference.source),
        destination: TensorLayout(.channelBlocked, shape: reference.destination),
        hasBias: hasBias && direction != .backwardData, algorithm: algorithm, epilogue: epilogue))
    switch direction {
    case .inference, .forward:
      try kernel.give(.source, source)
      try kernel.give(.weights, weights, as: geometry.plainWeightLayout)
      if hasBias { try kernel.give(.bias, bias) }
      try kernel.reserve(.destination)
    case .backwardData:
      try kernel.give(.weights, weights, as: geometry.plainWeightLayout)
      try kernel.give(.destinationGradient, gradient)
      try kernel.reserve(.sourceGradient)
    case .backwardWeights:
      try kernel.give(.source, source)
      try kernel.give(.destinationGradient, gradient)
      try kernel.reserve(.weightsGradient)
      if hasBias { try kernel.reserve(.biasGradient) }
    }
    return kernel
  }

  /// Largest relative error of each result of a forward and both backward kernels.
  func errors() throws -> (forward: Double, source: Double, weights: Double, bias: Double) {
    let reference = reference
    let (source, weights, bias, gradient) = tensors()
    let forward = try kernel(.forward)
    try forward.execute()
    let toSource = try kernel(.backwardData)
    try toSource.execute()
    let toWeights = try kernel(.backwardWeights)
    try toWeights.execute()
    return (
      relativeError(
        try forward.take(.destination, reference.destination),
        reference.forward(source.doubles, weights: weights.doubles, bias: hasBias ? bias.doubles : nil)),
      relativeError(
        try toSource.take(.sourceGradient, reference.source),
        reference.sourceGradient(gradient.doubles, weights: weights.doubles)),
      relativeError(
        try toWeights.take(.weightsGradient, geometry.weightShape, as: geometry.plainWeightLayout),
        reference.weightsGradient(source.doubles, gradient.doubles)),
      hasBias
        ? relativeError(
          try toWeights.take(.biasGradient, [geometry.outputChannels]), reference.biasGradient(gradient.doubles)) : 0
    )
  }
}
