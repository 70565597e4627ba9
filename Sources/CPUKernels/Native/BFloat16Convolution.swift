internal import CConvolutions
import ComputeGraph
import Tensors

/// A convolution of maps in bf16 with weights in bf16 and sums in floats: what ``BlockedConvolution`` is in floats.
package struct BFloat16Convolution {
  package typealias Method = BlockedConvolution.Method

  /// What packed weights depend on: equal forms of one parameter are the same bytes.
  package struct Form: Hashable {
    /// Side of Winograd's tiles; 0 for products.
    var tile: Int
    /// Of tiles.
    var stride: Int
    var readsPlainInput: Bool
    var instructions: BFloat16.Instructions
  }

  package let method: Method
  /// What its products are formed by: those asked for but where AMX has no form for them.
  package let instructions: BFloat16.Instructions
  private let shape: pbk_bf16_convolution
  private let weightShape: TensorShape

  /// Nil for what these kernels cannot do, and on processors without bf16.
  ///
  /// - Parameters:
  ///   - destination: of the convolution, before what follows.
  ///   - method: nil for the one that ``BFloat16Cost`` says is quickest for a plan that runs `expectedRuns` times.
  ///   - instructions: which ones products may use; those that the processor lacks must not be asked for.
  ///   - epilogue: nil for nothing: what is written is activation(convolution + bias + addend).
  ///   - readsPlainInput: whether the source is the network's own input, floats in row-major order.
  ///   - writesFloats: whether the result is floats, in blocks.
  package init?(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, activation: Activation?,
    method: Method? = nil, instructions: BFloat16.Instructions = BFloat16.instructions, expectedRuns: Int = 1000,
    epilogue: BlockedConvolution.FusedEpilogue? = nil, readsPlainInput: Bool = false, writesFloats: Bool = false
  ) {
    guard BFloat16.isAvailable, geometry.dilation == 1 else { return nil }
    precondition(instructions == .avx512 || BFloat16.instructions == .amx, "the processor has no AMX")
    let method =
      method
      ?? BFloat16Cost.method(
        geometry, source: source, destination: destination, expectedRuns: expectedRuns, rates: .of(instructions))
    // Winograd's rounding errors grow with its tiles: 1.6 times those of products with tiles of 2, 9 times with 4.
    if case .winograd(let tile, _) = method, tile != 2 || readsPlainInput { return nil }
    // A row of the kernel on the network's own input has to fit a tile.
    let fitsTile = !readsPlainInput || geometry.kernelWidth * geometry.inputChannels <= 32
    self.instructions = instructions == .amx && method == .gemm && fitsTile ? .amx : .avx512
    // Which vectors cannot do with products.
    let poolsByTiles =
      epilogue == .pooling && self.instructions == .amx && !writesFloats && destination[2] % 2 == 0
      && destination[3] % 2 == 0
    guard !readsPlainInput || geometry.inputChannels < 8,
      var floats = BlockedConvolution(
        geometry, source: source, destination: destination, activation: activation, method: method,
        epilogue: poolsByTiles ? nil : epilogue)?.shape
    else { return nil }
    floats.pools = epilogue == .pooling
    shape = pbk_bf16_convolution(
      shape: floats, plain_source: readsPlainInput, float_result: writesFloats, amx: self.instructions == .amx)
    weightShape = geometry.weightShape
    self.method = method
  }

  /// As benchmarks show it.
  package var implementation: String {
    switch method {
    case .gemm: instructions == .amx ? "bf16 amx" : "bf16 gemm"
    case .winograd(let tile, let group): "bf16 winograd \(tile)×\(tile)\(group > 0 ? ", by tiles" : "")"
    }
  }

  package var form: Form {
    let (tile, stride) = (Int(shape.shape.tile), Int(shape.shape.stride))
    return Form(
      tile: tile, stride: tile > 0 ? stride : 1, readsPlainInput: shape.plain_source, instructions: instructions)
  }

  package var weightByteCount: Int { withShape { pbk_bf16_weights_size($0) } }
  package var biasByteCount: Int { withBase { pbk_bias_count($0) } * MemoryLayout<Float>.stride }
  package var scratchByteCount: Int { withShape { pbk_bf16_scratch_size($0) } }

  /// - Precondition: weights of the geometry's shape or the same in fewer axes, room for ``weightByteCount`` bytes.
  package func packWeights(_ weights: Tensor, to packed: UnsafeMutableRawPointer) {
    precondition(weights.shape.elementCount == weightShape.elementCount, "weights \(weights.shape) for \(weightShape)")
    weights.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      withShape { pbk_bf16_pack_weights($0, base, packed) }
    }
  }

  /// The bias stays floats.
  package func packBias(_ bias: Tensor, to packed: UnsafeMutableRawPointer) {
    bias.withUnsafeBufferPointer { values in
      withBase { pbk_pack_bias($0, values.baseAddress, packed.assumingMemoryBound(to: Float.self)) }
    }
  }

  /// Computes activation(convolution + bias + addend), or what follows it; the addend is bf16, and may be a destination in
  /// bf16.
  package func run(
    source: UnsafeRawPointer, weights: UnsafeRawPointer, bias: UnsafeRawPointer, addend: UnsafeRawPointer?,
    destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer?
  ) {
    withShape {
      pbk_bf16_run($0, source, weights, bias.assumingMemoryBound(to: Float.self), addend, destination, scratch)
    }
  }

  private func withShape<Result>(_ body: (UnsafePointer<pbk_bf16_convolution>) -> Result) -> Result {
    withUnsafePointer(to: shape, body)
  }

  private func withBase<Result>(_ body: (UnsafePointer<pbk_convolution>) -> Result) -> Result {
    withUnsafePointer(to: shape.shape, body)
  }
}
