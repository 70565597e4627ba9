import CPUKernels
import ComputeGraph
import Tensors

extension InnerProductOperation: LoweredOperation {
  /// The weights as they are stored, with the extents of the source that they multiply.
  private func matrix(_ source: TensorShape) -> TensorLayout {
    TensorLayout(.plain, shape: TensorShape([outputFeatures] + source.dimensions.dropFirst()))
  }

  private var vector: TensorLayout { TensorLayout(.plain, shape: [outputFeatures]) }

  /// On rows of whole blocks a fully connected layer is a convolution of as many images whose kernel is as large as they.
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (source, layout) = (compiler.source(of: index), compiler.layout(of: index))
    if let native = try native(source.layout.shape, compiler) {
      return compiler.builder.emit(
        compiler.graph.nodes[index].name, node: index, native, source: source.slice, weight: weight, bias: bias,
        addend: nil, destination: compiler.slice(of: index), destinationByteCount: layout.byteCount)
    }
    let kernel = try Kernel.innerProduct(
      .inference, source: source.layout, destination: layout, hasBias: bias != nil)
    compiler.emit(index, kernel, try parameters(source.layout.shape, kernel, compiler.builder))
  }

  private func native(_ source: TensorShape, _ compiler: InferenceCompiler) throws -> BlockedConvolution? {
    try convolution(source).flatMap { try compiler.chooser.native($0) }
  }

  /// The layer as a convolution; nil where rows are not whole blocks.
  func convolution(_ source: TensorShape) -> ConvolutionProblem? {
    let map: TensorShape = source.rank == 4 ? source : [source[0], source[1], 1, 1]
    let block = OneDNN.channelBlock
    guard map[0] > 1, map[1] % block == 0, outputFeatures % block == 0, map[2] == map[3] else { return nil }
    let geometry = ConvolutionGeometry(inputChannels: map[1], outputChannels: outputFeatures, kernelSize: map[2])
    return ConvolutionProblem(geometry: geometry, source: map, destination: [map[0], outputFeatures, 1, 1])
  }

  private func parameters(
    _ source: TensorShape, _ kernel: Kernel, _ builder: PlanBuilder
  ) throws(KernelError) -> [(Kernel.Role, MemorySlice)] {
    var arguments = [(Kernel.Role.weights, try builder.packed(weight, matrix(source), kernel, .weights))]
    if let bias { arguments.append((.bias, try builder.packed(bias, vector, kernel, .bias))) }
    return arguments
  }

  /// What its kernels of training read, in bf16 where that is wanted.
  private func operands(
    _ index: Int, _ compiler: TrainingCompiler
  ) -> (source: (slice: MemorySlice, layout: TensorLayout), isHalf: Bool) {
    let isHalf = compiler.usesBFloat16(index)
    return (isHalf ? compiler.half(of: compiler.input(of: index)) : compiler.source(of: index), isHalf)
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let (source, _) = operands(index, compiler)
    let kernel = try Kernel.innerProduct(
      .forward, source: source.layout, destination: compiler.layout(of: index), hasBias: bias != nil)
    compiler.builder.emit(
      compiler.graph.nodes[index].name, node: index, kernel,
      [(.source, source.slice), (.destination, compiler.slices[index])]
        + (try parameters(source.layout.shape, kernel, compiler.builder)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let (source, isHalf) = operands(index, compiler)
    let (slice, layout) =
      isHalf ? compiler.halfGradient(gradient, of: index) : (gradient, compiler.layout(of: index))
    let matrix = matrix(source.layout.shape)
    let kernel = try Kernel.innerProduct(
      .backwardWeights, source: source.layout, destination: layout, hasBias: bias != nil)
    var arguments = [
      (Kernel.Role.source, source.slice), (.destinationGradient, slice),
      (.weightsGradient, try compiler.gradientBuffer(weight, matrix, kernel, .weightsGradient)),
    ]
    if let bias {
      arguments.append((.biasGradient, try compiler.gradientBuffer(bias, vector, kernel, .biasGradient)))
    }
    compiler.builder.emit(
      compiler.backwardName(of: index), node: index, kernel, writes: .weightsGradient, arguments)
    guard compiler.wantsGradient(compiler.input(of: index)) else { return }
    let toInput = try Kernel.innerProduct(
      .backwardData, source: compiler.source(of: index).layout, destination: layout, hasBias: false)
    compiler.emitToInput(
      of: index, slice, toInput, [(.weights, try compiler.builder.packed(weight, matrix, toInput, .weights))])
  }
}
