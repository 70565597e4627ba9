import CPUKernels
import ComputeGraph
import Tensors

/// Copies one parameter from its plain form into the form and place that a step wants.
struct WeightPacking {
  /// What a parameter becomes: equal forms are the same bytes.
  enum Form: Equatable {
    case layout(TensorLayout)
    case weights(BlockedConvolution.Form)
    case bfloat16Weights(BFloat16Convolution.Form)
    case paddedBias
    case depthwise(isMirrored: Bool)
  }

  /// The form, and what it takes to get there.
  private enum Work {
    /// Scaled: what is packed is a multiple of the parameter, which is of no use to another layer.
    case reorder(Kernel, packed: TensorLayout, isScaled: Bool)
    case weights(BlockedConvolution)
    case bias(BlockedConvolution)
    case bfloat16Weights(BFloat16Convolution)
    case bfloat16Bias(BFloat16Convolution)
    case depthwise(BlockedDepthwise, isMirrored: Bool)
    case depthwiseBias(BlockedDepthwise)
  }

  var name: String
  var destination: MemorySlice
  private let work: Work

  /// A parameter in a layout of oneDNN's.
  init(name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice) throws(KernelError) {
    try self.init(
      name: name, plain: plain, packed: packed, destination: destination,
      isScaled: false, kernel: Kernel.reorder(from: plain, to: packed))
  }

  /// A parameter that is multiplied, for each output channel, on its way into a kernel of bytes.
  init(
    name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice, scales: [Float]
  ) throws(KernelError) {
    // With groups the output channels are on two axes.
    try self.init(
      name: name, plain: plain, packed: packed, destination: destination,
      isScaled: true,
      kernel: Kernel.reorder(from: plain, to: packed, scales: scales, axes: plain.shape.rank == 5 ? 2 : 1))
  }

  private init(
    name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice, isScaled: Bool, kernel: Kernel
  ) {
    self.name = name
    self.destination = destination
    work = .reorder(kernel, packed: packed, isScaled: isScaled)
  }

  /// The weights of a native convolution.
  init(weights name: String, of convolution: BlockedConvolution, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .weights(convolution)
  }

  /// The bias of a native convolution, padded with zeros.
  init(bias name: String, of convolution: BlockedConvolution, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .bias(convolution)
  }

  /// The weights of a convolution in bf16.
  init(weights name: String, of convolution: BFloat16Convolution, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .bfloat16Weights(convolution)
  }

  /// Its bias, which is floats, padded with zeros.
  init(bias name: String, of convolution: BFloat16Convolution, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .bfloat16Bias(convolution)
  }

  /// The weights of a native depthwise convolution.
  init(weights name: String, of convolution: BlockedDepthwise, isMirrored: Bool, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .depthwise(convolution, isMirrored: isMirrored)
  }

  /// The bias of a native depthwise convolution, padded with zeros.
  init(bias name: String, of convolution: BlockedDepthwise, destination: MemorySlice) {
    self.name = name
    self.destination = destination
    work = .depthwiseBias(convolution)
  }

  /// Nil where nobody else can use it.
  var form: Form? {
    switch work {
    case .reorder(_, let packed, let isScaled): isScaled ? nil : .layout(packed)
    case .weights(let convolution): .weights(convolution.form)
    case .bfloat16Weights(let convolution): .bfloat16Weights(convolution.form)
    case .depthwise(_, let isMirrored): .depthwise(isMirrored: isMirrored)
    case .bias, .bfloat16Bias, .depthwiseBias: .paddedBias
    }
  }

  func run(_ parameters: ParameterStore, _ arena: Arena) throws(KernelError) {
    guard let tensor = parameters[name] else { preconditionFailure("no parameter is named \(name)") }
    defer { withExtendedLifetime(arena) {} }
    switch work {
    case .reorder(let kernel, _, _): try reorder(tensor, kernel, arena)
    case .weights(let convolution): convolution.packWeights(tensor, to: arena.address(destination))
    case .bias(let convolution): convolution.packBias(tensor, to: arena.address(destination))
    case .bfloat16Weights(let convolution): convolution.packWeights(tensor, to: arena.address(destination))
    case .bfloat16Bias(let convolution): convolution.packBias(tensor, to: arena.address(destination))
    case .depthwise(let convolution, let isMirrored):
      convolution.packWeights(tensor, mirrored: isMirrored, to: arena.address(destination))
    case .depthwiseBias(let convolution): convolution.packBias(tensor, to: arena.address(destination))
    }
  }

  private func reorder(_ tensor: Tensor, _ kernel: Kernel, _ arena: Arena) throws(KernelError) {
    try kernel.bind(.destination, to: arena.address(destination))
    var failure: KernelError?
    tensor.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      do throws(KernelError) {
        try kernel.bind(.source, to: UnsafeMutableRawPointer(mutating: base))
        try kernel.execute()
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
