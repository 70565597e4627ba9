import CPUKernels
import ComputeGraph
import Tensors
import Testing

/// Products by tiles: as ``BFloat16ConvolutionTests``, on shapes that fill tiles, chunks of channels and strips of lines and
/// on shapes that do not.
@Suite(
  .enabled(
    if: BFloat16.isAvailable && BFloat16.instructions == .amx,
    "needs AMX with bf16, permitted by the system and not left out by ONEDNN_MAX_CPU_ISA"))
struct AMXConvolutionTests {
  typealias Geometry = ConvolutionGeometry
  typealias Problem = BFloat16ConvolutionTests.Problem

  /// Several strips; kernels of 1 to 7 cells with every stride and with borders; one and three blocks of channels in and out;
  /// one pixel; fully connected layers of a few images, of one, and of more images and channels than are taken at once.
  static let tiled: [(Geometry, TensorShape)] = [
    (Geometry(inputChannels: 64, outputChannels: 48, kernelSize: 1), [1, 64, 61, 50]),
    (Geometry(inputChannels: 96, outputChannels: 16, kernelSize: 3, padding: 1), [1, 96, 40, 37]),
    (Geometry(inputChannels: 40, outputChannels: 70, kernelSize: 3, stride: 2, padding: 1), [3, 40, 17, 31]),
    (Geometry(inputChannels: 16, outputChannels: 20, kernelSize: 5, stride: 3, padding: 2), [1, 16, 25, 22]),
    (Geometry(inputChannels: 33, outputChannels: 33, kernelSize: 7, stride: 2, padding: 3), [1, 33, 14, 15]),
    (Geometry(inputChannels: 80, outputChannels: 64, kernelSize: 1, stride: 2), [2, 80, 13, 12]),
    (Geometry(inputChannels: 32, outputChannels: 32, kernelSize: 1), [1, 32, 1, 1]),
    (Geometry(inputChannels: 32, outputChannels: 40, kernelSize: 3, padding: 1), [1, 32, 1, 1]),
    (Geometry(inputChannels: 24, outputChannels: 72, kernelSize: 3), [1, 24, 3, 3]),
    (Geometry(inputChannels: 48, outputChannels: 72, kernelSize: 3), [5, 48, 3, 3]),
    (Geometry(inputChannels: 200, outputChannels: 40, kernelSize: 3), [270, 200, 3, 3]),
  ]

  static let plain: [(Geometry, TensorShape)] = BFloat16ConvolutionTests.plain + [tallInput]
  /// In several strips.
  static let tallInput: (Geometry, TensorShape) = (
    Geometry(inputChannels: 3, outputChannels: 24, kernelSize: 3, stride: 2, padding: 1), [2, 3, 190, 97]
  )

  @Test(arguments: BFloat16ConvolutionTests.products + BFloat16ConvolutionTests.filtered + tiled)
  func productsAreAPlainLoop(_ geometry: Geometry, _ source: TensorShape) throws {
    for (bias, addend, activation) in BFloat16ConvolutionTests.epilogues
    where geometry.outputChannels % 16 == 0 || activation != .clip(low: 0, high: 6) {
      var problem = Problem(geometry, source, .gemm, bias: bias, hasAddend: addend, activation: activation)
      problem.instructions = .amx
      try problem.check()
    }
  }

  @Test(arguments: plain)
  func theNetworksInputIsReadAsItIs(_ geometry: Geometry, _ source: TensorShape) throws {
    for (bias, addend, activation) in BFloat16ConvolutionTests.epilogues
    where geometry.outputChannels % 16 == 0 || activation != .clip(low: 0, high: 6) {
      var problem = Problem(geometry, source, .gemm, bias: bias, hasAddend: addend, activation: activation)
      problem.readsPlainInput = true
      problem.instructions = .amx
      try problem.check()
    }
  }

  @Test func theActivationMayComeBeforeTheSum() throws {
    for (geometry, source) in BFloat16ConvolutionTests.filtered {
      var problem = Problem(
        geometry, source, .gemm, bias: true, hasAddend: true, activation: .relu(slope: 0.25), epilogue: .addition)
      problem.instructions = .amx
      try problem.check()
    }
  }

  /// In one strip and in several, also of the network's own input.
  @Test(
    arguments: [
      (20, 30, [2, 20, 14, 10]), (20, 30, [1, 20, 2, 2]), (96, 40, [1, 96, 40, 52]), (3, 16, [1, 3, 38, 74]),
    ] as [(Int, Int, TensorShape)])
  func theLargestOfFourIsWritten(_ inputs: Int, _ outputs: Int, _ source: TensorShape) throws {
    let geometry = Geometry(inputChannels: inputs, outputChannels: outputs, kernelSize: 3, padding: 1)
    var problem = Problem(
      geometry, source, .gemm, bias: true, hasAddend: false, activation: .relu(slope: 0.25), epilogue: .pooling)
    problem.instructions = .amx
    problem.readsPlainInput = inputs < 8
    try problem.check(inFloats: false)
  }

  /// Sums of other numbers are rounded in another order: what is written agrees to the last bits of a float.
  @Test(arguments: [Activation.silu, .hardSwish, .relu])
  func tilesAndVectorsAgree(_ activation: Activation) throws {
    let geometry = Geometry(inputChannels: 80, outputChannels: 45, kernelSize: 3, padding: 1)
    var problem = Problem(geometry, [2, 80, 19, 21], .gemm, bias: true, hasAddend: true, activation: activation)
    problem.useFractions()
    let expected = problem.expected
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let results = try BFloat16.Instructions.allCases.map { instructions in
      problem.instructions = instructions
      return try problem.run(inFloats: true)
    }
    for ((vectors, tiles), exact) in zip(zip(results[0], results[1]), expected) {
      #expect(abs(Double(tiles) - exact) < 1e-6 * largest && abs(tiles - vectors) < 1e-6 * Float(largest))
    }
  }

  @Test(arguments: [Activation.silu, .hardSwish]) func channelsBeyondTheLastStayZero(_ activation: Activation) throws {
    let geometry = Geometry(inputChannels: 10, outputChannels: 5, kernelSize: 3, padding: 1)
    var problem = Problem(geometry, [1, 10, 7, 7], .gemm, bias: true, hasAddend: false, activation: activation)
    problem.instructions = .amx
    let memory = try problem.memory(inFloats: true)
    #expect(memory.indices.allSatisfy { $0 % 16 < 5 || memory[$0] == 0 })
  }

  @Test(arguments: tiled)
  func threadsDoNotShowInTheResult(_ geometry: Geometry, _ source: TensorShape) throws {
    var problem = Problem(geometry, source, .gemm, bias: true, hasAddend: true, activation: .silu)
    problem.useFractions()
    problem.instructions = .amx
    let results = try [1, 2, 3].map { threads in
      let before = KernelThreads.count
      KernelThreads.count = threads
      defer { KernelThreads.count = before }
      return try problem.run(inFloats: false)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Where a row of the kernel does not fit a tile, vectors do it; so do Winograd's products.
  @Test func othersAreLeftToVectors() throws {
    func instructions(
      _ geometry: Geometry, method: BFloat16Convolution.Method = .gemm, plain: Bool = false
    ) -> BFloat16.Instructions? {
      let (source, side): (TensorShape, Int) = (
        [1, geometry.inputChannels, 8, 8], geometry.outputExtent(8, kernel: geometry.kernelHeight)
      )
      return BFloat16Convolution(
        geometry, source: source, destination: [1, geometry.outputChannels, side, side], activation: nil,
        method: method, instructions: .amx, readsPlainInput: plain)?.instructions
    }
    #expect(instructions(Geometry(inputChannels: 6, outputChannels: 16, kernelSize: 5), plain: true) == .amx)
    #expect(instructions(Geometry(inputChannels: 7, outputChannels: 16, kernelSize: 5), plain: true) == .avx512)
    let dense = Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1)
    #expect(instructions(dense) == .amx)
    #expect(instructions(dense, method: .winograd(tile: 2, group: 0)) == .avx512)
  }
}
