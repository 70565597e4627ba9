import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedConvolutionTests {
  typealias Geometry = ConvolutionGeometry
  typealias Method = BlockedConvolution.Method

  static let products: [(Geometry, TensorShape)] = [
    (Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 1), [1, 16, 5, 7]),
    (Geometry(inputChannels: 20, outputChannels: 30, kernelSize: 1), [3, 20, 13, 11]),
    (Geometry(inputChannels: 40, outputChannels: 8, kernelSize: 1, stride: 2), [2, 40, 9, 7]),
    (Geometry(inputChannels: 16, outputChannels: 24, kernelSize: 3, padding: 1), [1, 16, 6, 5]),
    (Geometry(inputChannels: 20, outputChannels: 33, kernelSize: 3, stride: 2, padding: 1), [2, 20, 12, 9]),
    (Geometry(inputChannels: 10, outputChannels: 5, kernelSize: 5, stride: 3, padding: 2), [1, 10, 14, 9]),
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 4), [1, 16, 4, 4]),
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1), [1, 16, 1, 1]),
    (Geometry(inputChannels: 2000, outputChannels: 16, kernelSize: 1), [1, 2000, 5, 5]),
    (Geometry(inputChannels: 16, outputChannels: 20, kernelSize: 3, padding: 2, dilation: 2), [2, 16, 7, 9]),
    (Geometry(inputChannels: 24, outputChannels: 16, kernelSize: 3, padding: 12, dilation: 12), [1, 24, 5, 8]),
    (Geometry(inputChannels: 8, outputChannels: 8, kernelSize: 3, stride: 2, padding: 1, dilation: 3), [1, 8, 12, 9]),
    // Several slices of channels; the first two have few weights, the last so many that they are fetched ahead.
    (Geometry(inputChannels: 100, outputChannels: 20, kernelSize: 3, padding: 1), [2, 100, 6, 7]),
    (Geometry(inputChannels: 1100, outputChannels: 24, kernelSize: 1), [1, 1100, 9, 8]),
    (Geometry(inputChannels: 130, outputChannels: 100, kernelSize: 3, stride: 2, padding: 1), [1, 130, 20, 14]),
    // One cell an image, in one slice of channels and in several, and with more images than stay in a cache.
    (Geometry(inputChannels: 24, outputChannels: 40, kernelSize: 1), [100, 24, 1, 1]),
    (Geometry(inputChannels: 1100, outputChannels: 30, kernelSize: 1), [7, 1100, 1, 1]),
    (Geometry(inputChannels: 40, outputChannels: 56, kernelSize: 7), [3, 40, 7, 7]),
  ]
  static let filtered: [(Geometry, TensorShape)] = [
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1), [1, 16, 12, 12]),
    (Geometry(inputChannels: 20, outputChannels: 30, kernelSize: 3, padding: 1), [2, 20, 13, 11]),
    (Geometry(inputChannels: 8, outputChannels: 40, kernelSize: 3), [3, 8, 9, 15]),
    (Geometry(inputChannels: 33, outputChannels: 7, kernelSize: 3, padding: 2), [1, 33, 3, 17]),
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1), [1, 16, 1, 1]),
  ]
  static let strided: [(Geometry, TensorShape)] = [
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1), [1, 16, 16, 16]),
    (Geometry(inputChannels: 20, outputChannels: 30, kernelSize: 3, stride: 2, padding: 1), [2, 20, 13, 11]),
    (Geometry(inputChannels: 8, outputChannels: 40, kernelSize: 3, stride: 2), [3, 8, 9, 15]),
    (Geometry(inputChannels: 33, outputChannels: 7, kernelSize: 3, stride: 2, padding: 2), [1, 33, 4, 17]),
    (Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1), [1, 16, 1, 1]),
  ]
  /// Without bias and addend, with both, and with every activation that is fused.
  static let epilogues: [(bias: Bool, addend: Bool, activation: Activation?)] = [
    (false, false, nil), (true, false, .relu), (true, true, .relu(slope: 0.1)), (false, true, .silu),
    (true, false, .hardSwish), (true, true, nil),
  ]

  @Test(arguments: products)
  func productsAreAPlainLoop(_ geometry: Geometry, _ source: TensorShape) {
    for (bias, addend, activation) in Self.epilogues {
      let error = Self.error(geometry, source, .gemm, bias: bias, addend: addend, activation: activation)
      #expect(error < 2e-6)
    }
  }

  /// A kernel of its own for every number of rows and of output blocks; those of rows that lie one after the other, and of
  /// every other one.
  @Test(arguments: 1...13, [1, 2])
  func everyNumberOfRowsIsAPlainLoop(_ rows: Int, _ stride: Int) {
    let geometry = Geometry(inputChannels: 20, outputChannels: 40, kernelSize: 1, stride: stride)
    for (bias, addend, activation) in Self.epilogues {
      let error = Self.error(
        geometry, [1, 20, 1, stride * rows], .gemm, bias: bias, addend: addend, activation: activation)
      #expect(error < 2e-6)
    }
  }

  @Test(arguments: [Method.winograd(tile: 2, group: 0), .winograd(tile: 4, group: 0), .winograd(tile: 6, group: 0)])
  func filteringIsAPlainLoop(_ method: Method) {
    for (geometry, source) in Self.filtered {
      for (bias, addend, activation) in Self.epilogues {
        #expect(Self.error(geometry, source, method, bias: bias, addend: addend, activation: activation) < 2e-5)
      }
    }
  }

  @Test(arguments: [Method.winograd(tile: 2, group: 0), .winograd(tile: 4, group: 0)])
  func filteringWithAStrideIsAPlainLoop(_ method: Method) {
    for (geometry, source) in Self.strided {
      for (bias, addend, activation) in Self.epilogues {
        #expect(Self.error(geometry, source, method, bias: bias, addend: addend, activation: activation) < 5e-6)
      }
    }
  }

  /// By every method, the map's last tiles hanging over its edge.
  @Test(arguments: [
    Method.gemm, .winograd(tile: 2, group: 5), .winograd(tile: 4, group: 0), .winograd(tile: 6, group: 7),
  ])
  func theActivationMayComeBeforeTheSum(_ method: Method) {
    let cases = Self.filtered + (method == .gemm ? Self.products : [])
    for (geometry, source) in cases {
      for activation in [Activation.relu(slope: 0.1), .silu] {
        let error = Self.error(
          geometry, source, method, bias: true, addend: true, activation: activation, epilogue: .addition)
        #expect(error < 2e-5)
      }
    }
  }

  @Test(arguments: [2, 4, 6], [0, 7])
  func theLargestOfFourIsWritten(_ tile: Int, _ group: Int) {
    let geometry = Geometry(inputChannels: 20, outputChannels: 30, kernelSize: 3, padding: 1)
    for source: TensorShape in [[1, 20, 12, 24], [2, 20, 14, 10], [1, 20, 2, 2]] {
      for (bias, _, activation) in Self.epilogues {
        let error = Self.error(
          geometry, source, .winograd(tile: tile, group: group), bias: bias, addend: false, activation: activation,
          epilogue: .pooling)
        #expect(error < 2e-5)
      }
    }
    let odd = BlockedConvolution(
      geometry, source: [1, 20, 5, 4], destination: [1, 30, 5, 4], activation: nil,
      method: .winograd(tile: tile, group: group), epilogue: .pooling)
    #expect(odd == nil)
  }

  @Test func tilesWantNoDilation() {
    let geometry = Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 2, dilation: 2)
    let shape: TensorShape = [1, 16, 8, 8]
    let filtering = BlockedConvolution(
      geometry, source: shape, destination: shape, activation: nil, method: .winograd(tile: 4, group: 0))
    #expect(filtering == nil)
  }

  @Test func largeTilesWantStrideOne() {
    let (geometry, source) = Self.strided[0]
    #expect(
      BlockedConvolution(
        geometry, source: source, destination: [1, 16, 8, 8], activation: nil, method: .winograd(tile: 6, group: 0))
        == nil)
  }

  /// However the tiles are shared out, each is computed in the same way.
  @Test(arguments: [2, 4, 6], [1, 5, 7, 100])
  func groupsOfTilesChangeNoBit(_ tile: Int, _ group: Int) {
    for (geometry, source) in Self.filtered + (tile < 6 ? Self.strided : []) {
      let whole = Self.run(geometry, source, .winograd(tile: tile, group: 0))
      #expect(Self.run(geometry, source, .winograd(tile: tile, group: group)) == whole)
    }
  }

  /// The gradient with respect to the input is the transposed convolution of the output's gradient.
  @Test(arguments: [Method.gemm, .winograd(tile: 2, group: 0), .winograd(tile: 4, group: 6)])
  func mirroredWeightsGiveTheGradient(_ method: Method) throws {
    let mirrored = Geometry(inputChannels: 20, outputChannels: 10, kernelSize: 3, padding: 1)
    let forward = Geometry(inputChannels: 10, outputChannels: 20, kernelSize: 3, padding: 1)
    let transposed = Geometry(
      inputChannels: 20, outputChannels: 10, kernelSize: 3, padding: 1, isTransposed: true)
    let (gradient, input): (TensorShape, TensorShape) = ([2, 20, 9, 7], [2, 10, 9, 7])
    let (x, _, _, _) = Self.operands(mirrored, gradient, input)
    let (_, w, _, _) = Self.operands(forward, input, gradient)
    let expected = plainConvolution(
      transposed, x.map(Double.init), gradient, w.map(Double.init), nil, destination: input)
    let convolution = try #require(
      BlockedConvolution(
        mirrored, source: gradient, destination: input, activation: nil, method: method, isDataGradient: true))
    let found = Self.run(
      convolution, x: BlockedMemory(x, gradient), w: Tensor(shape: forward.weightShape, values: w), b: nil,
      result: BlockedMemory([], input), addend: nil)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    for (value, reference) in zip(found.plain, expected) { #expect(abs(Double(value) - reference) < 1e-5 * largest) }
  }

  /// The channels that fill the last block are read by the next layer.
  @Test func channelsBeyondTheLastStayZero() {
    let geometry = Geometry(inputChannels: 10, outputChannels: 5, kernelSize: 3, padding: 1)
    let block = OneDNN.channelBlock
    for method in [Method.gemm, .winograd(tile: 4, group: 0)] {
      let values = Self.run(geometry, [1, 10, 7, 7], method, activation: .silu)
      #expect(values.indices.allSatisfy { $0 % block < 5 || values[$0] == 0 })
    }
  }

  @Test(arguments: [
    Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1, groups: 2),
    Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 2, stride: 2, isTransposed: true),
  ])
  func othersAreTheLibrarys(_ geometry: Geometry) {
    let shape: TensorShape = [1, 16, 8, 8]
    #expect(
      BlockedConvolution(geometry, source: shape, destination: shape, activation: nil, method: .gemm) == nil)
  }

  /// Largest difference from the plain loop, relative to the largest value.
  static func error(
    _ geometry: Geometry, _ source: TensorShape, _ method: Method, bias: Bool, addend: Bool, activation: Activation?,
    epilogue: BlockedConvolution.FusedEpilogue? = nil
  ) -> Double {
    var destination = shape(of: geometry, source)
    let found = run(
      geometry, source, method, bias: bias, addend: addend, activation: activation, epilogue: epilogue)
    let (x, w, b, a) = operands(geometry, source, destination)
    var expected = plainConvolution(
      geometry, x.map(Double.init), source, w.map(Double.init), bias ? b.map(Double.init) : nil,
      destination: destination)
    func add() { for index in expected.indices { expected[index] += Double(a[index]) } }
    if addend && epilogue != .addition { add() }
    if let activation { expected = expected.map { plainActivation(activation, $0) } }
    if epilogue == .addition { add() }
    if epilogue == .pooling {
      let width = destination[3]
      (destination[2], destination[3]) = (destination[2] / 2, width / 2)
      expected = (0..<destination.elementCount).map { index in
        let (row, column) = (index / destination[3], index % destination[3])
        let first = 2 * row * width + 2 * column
        return [first, first + 1, first + width, first + width + 1].map { expected[$0] }.reduce(-.infinity, max)
      }
    }
    let plain = BlockedMemory(expected.map(Float.init), destination)
    let largest = plain.memory.reduce(0) { max($0, abs($1)) }
    return zip(plain.memory, found).reduce(0.0) { max($0, Double(abs($1.0 - $1.1) / largest)) }
  }

  /// The blocked result.
  static func run(
    _ geometry: Geometry, _ source: TensorShape, _ method: Method, bias: Bool = true, addend: Bool = false,
    activation: Activation? = nil, epilogue: BlockedConvolution.FusedEpilogue? = nil
  ) -> [Float] {
    let destination = shape(of: geometry, source)
    guard
      let convolution = BlockedConvolution(
        geometry, source: source, destination: destination, activation: activation, method: method,
        epilogue: epilogue)
    else {
      Issue.record("there is no \(method) of \(geometry)")
      return []
    }
    let (x, w, b, a) = operands(geometry, source, destination)
    // The addend is the destination's own memory where it may be, as in a plan.
    var written = destination
    if epilogue == .pooling { (written[2], written[3]) = (written[2] / 2, written[3] / 2) }
    let added = addend ? BlockedMemory(a, destination) : nil
    let result = added.flatMap { convolution.canOverwriteAddend ? $0 : nil } ?? BlockedMemory([], written)
    return run(
      convolution, x: BlockedMemory(x, source), w: Tensor(shape: geometry.weightShape, values: w),
      b: bias ? Tensor(shape: [b.count], values: b) : nil, result: result, addend: added
    ).memory
  }

  private static func run(
    _ convolution: BlockedConvolution, x: BlockedMemory, w: Tensor, b: Tensor?, result: BlockedMemory,
    addend: BlockedMemory?
  ) -> BlockedMemory {
    func memory(_ byteCount: Int) -> UnsafeMutableRawPointer {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(64, byteCount), alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(64, byteCount))
      return memory
    }
    let weights = memory(convolution.weightByteCount)
    let shift = memory(convolution.biasByteCount)
    let scratch = memory(convolution.scratchByteCount)
    defer { for memory in [weights, shift, scratch] { memory.deallocate() } }
    convolution.packWeights(w, to: weights)
    convolution.packBias(b, to: shift)
    withExtendedLifetime((x, result, addend)) {
      convolution.run(
        source: x.base, weights: weights, bias: shift, addend: addend.map { UnsafeRawPointer($0.base) },
        destination: result.base, scratch: scratch)
    }
    return result
  }

  private static func shape(of geometry: Geometry, _ source: TensorShape) -> TensorShape {
    [
      source[0], geometry.outputChannels, geometry.outputExtent(source[2], kernel: geometry.kernelHeight),
      geometry.outputExtent(source[3], kernel: geometry.kernelWidth),
    ]
  }

  private static func operands(
    _ geometry: Geometry, _ source: TensorShape, _ destination: TensorShape
  ) -> (x: [Float], w: [Float], b: [Float], a: [Float]) {
    var generator = SeededGenerator(seed: 7)
    func values(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: -1...1, using: &generator) } }
    return (
      values(source.elementCount), values(geometry.weightShape.elementCount), values(geometry.outputChannels),
      values(destination.elementCount)
    )
  }
}
