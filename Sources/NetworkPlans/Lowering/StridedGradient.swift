import CPUKernels
import ComputeGraph
import Tensors

/// The gradient of a 1×1 convolution that reads every s-th row and column of its input: that of a dense 1×1 convolution on as many
/// cells as the result has, put on those rows and columns; the cells that nobody reads have 0.
///
/// oneDNN has no compiled kernel for it where the input's rows or columns are no multiple of s.
struct StridedGradient {
  /// The dense convolution, from the result's gradient.
  let convolution: BlockedConvolution
  /// Of the cells that are read.
  let layout: TensorLayout
  private let rows: Int
  private let columns: Int
  private let stride: Int
  /// Blocks of channels of all images.
  private let maps: Int

  /// Nil for what is no such convolution, or has no native kernel.
  init?(of geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape) {
    guard geometry.stride > 1, geometry.kernelHeight == 1, geometry.kernelWidth == 1, geometry.padding == 0,
      !geometry.isTransposed
    else { return nil }
    var dense = geometry
    dense.stride = 1
    let read: TensorShape = [source[0], source[1], destination[2], destination[3]]
    guard let problem = ConvolutionProblem.gradient(of: dense, source: read, destination: destination),
      let convolution = problem.native(.gemm)
    else { return nil }
    self.convolution = convolution
    layout = canonicalLayout(read)
    (rows, columns, stride) = (source[2], source[3], geometry.stride)
    maps = source[0] * ((source[1] + OneDNN.channelBlock - 1) / OneDNN.channelBlock)
  }

  /// Puts the gradient of the cells that are read on their places.
  func spread(_ dense: UnsafeRawPointer, into gradient: UnsafeMutableRawPointer) {
    let (source, target) = (dense.assumingMemoryBound(to: Float.self), gradient.assumingMemoryBound(to: Float.self))
    let block = OneDNN.channelBlock
    let (readRows, readColumns) = (layout.shape[2], layout.shape[3])
    KernelThreads.run(maps) { map in
      let whole = target + map * rows * columns * block
      whole.update(repeating: 0, count: rows * columns * block)
      for row in 0..<readRows {
        for column in 0..<readColumns {
          (whole + (row * columns + column) * stride * block).update(
            from: source + ((map * readRows + row) * readColumns + column) * block, count: block)
        }
      }
    }
  }
}

extension PlanBuilder {
  /// The input's gradient from the result's.
  func emit(
    _ name: String, node: Int, _ strided: StridedGradient, gradient: MemorySlice, weight: String,
    into result: MemorySlice
  ) {
    let dense = buffer(strided.layout.byteCount)
    emit(
      name, node: node, strided.convolution, source: gradient, weight: weight, bias: nil, addend: nil,
      destination: dense,
      destinationByteCount: strided.layout.byteCount)
    emit("\(name) (spread)", node: node, using: [dense, result], implementation: "copy") { arena in
      strided.spread(arena.address(dense), into: arena.address(result))
    }
  }
}
