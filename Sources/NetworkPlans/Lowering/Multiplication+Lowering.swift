import CPUKernels
import ComputeGraph
import Tensors

extension MultiplicationOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (map, factors) = (compiler.source(of: index), compiler.source(of: index, 1))
    let kernel = try Kernel.multiplication(map.layout, factors.layout, destination: compiler.layout(of: index))
    compiler.emit(index, kernel, [(.secondSource, factors.slice)])
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let factors = compiler.input(of: index, 1)
    let kernel = try Kernel.multiplication(
      compiler.source(of: index).layout, compiler.layout(of: factors), destination: compiler.layout(of: index))
    compiler.emit(index, kernel, [(.secondSource, compiler.slices[factors])])
  }

  /// To the map the gradient times the factors, to the factors the gradient times the map, summed over the positions
  /// that share a factor.
  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let (builder, name) = (compiler.builder, compiler.backwardName(of: index))
    let (map, factors) = (compiler.input(of: index), compiler.input(of: index, 1))
    let layout = compiler.layout(of: index)
    if compiler.wantsGradient(map) {
      let kernel = try Kernel.multiplication(layout, compiler.layout(of: factors), destination: layout)
      let result = builder.buffer(layout.byteCount)
      builder.emit(
        name, node: index, kernel,
        [(.source, gradient), (.secondSource, compiler.slices[factors]), (.destination, result)])
      compiler.contribute(to: map, result, layout)
    }
    guard compiler.wantsGradient(factors) else { return }
    let kernel = try Kernel.multiplication(layout, layout, destination: layout)
    let product = builder.buffer(layout.byteCount)
    builder.emit(
      name, node: index, kernel, [(.source, gradient), (.secondSource, compiler.slices[map]), (.destination, product)])
    if compiler.shapes[factors] == compiler.shapes[map] { return compiler.contribute(to: factors, product, layout) }
    let perChannel = compiler.layout(of: factors)
    let (mean, sum) = (builder.buffer(perChannel.byteCount), builder.buffer(perChannel.byteCount))
    builder.emit(
      name, node: index, try Kernel.globalAveragePooling(.inference, source: layout, destination: perChannel),
      [(.source, product), (.destination, mean)])
    let count = Float(compiler.shapes[map][2] * compiler.shapes[map][3])
    builder.emit(
      name, node: index, try Kernel.activation(.linear(scale: count, shift: 0), .inference, layout: perChannel),
      [(.source, mean), (.destination, sum)])
    compiler.contribute(to: factors, sum, perChannel)
  }
}
