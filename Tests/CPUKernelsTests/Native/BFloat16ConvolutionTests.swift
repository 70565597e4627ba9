import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

/// By vectors; ``AMXConvolutionTests`` by tiles. With small integers products, sums and Winograd's transforms are exact in bf16 and floats, so that every result is the
/// plain loop's.
@Suite(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16"))
struct BFloat16ConvolutionTests {
  typealias Geometry = ConvolutionGeometry
  typealias Method = BFloat16Convolution.Method

  /// Dilated ones stay floats.
  static let products: [(Geometry, TensorShape)] = BlockedConvolutionTests.products.filter { $0.0.dilation == 1 }
  /// More than one panel of output blocks, and more rows than registers hold.
  static let wide: (Geometry, TensorShape) = (
    Geometry(inputChannels: 64, outputChannels: 96, kernelSize: 3, padding: 1), [1, 64, 12, 11]
  )
  static let filtered = BlockedConvolutionTests.filtered + BlockedConvolutionTests.strided + [wide]
  /// The network's own input.
  static let plain: [(Geometry, TensorShape)] = [
    (Geometry(inputChannels: 3, outputChannels: 16, kernelSize: 3, padding: 1), [1, 3, 9, 70]),
    (Geometry(inputChannels: 3, outputChannels: 20, kernelSize: 7, stride: 2, padding: 3), [2, 3, 17, 14]),
    (Geometry(inputChannels: 1, outputChannels: 40, kernelSize: 3, stride: 2, padding: 1), [1, 1, 8, 5]),
    (Geometry(inputChannels: 4, outputChannels: 8, kernelSize: 5), [1, 4, 6, 7]),
    (Geometry(inputChannels: 7, outputChannels: 33, kernelSize: 1), [1, 7, 4, 30]),
  ]
  static let epilogues: [(bias: Bool, addend: Bool, activation: Activation?)] = [
    (false, false, nil), (true, false, .relu), (true, true, .relu(slope: 0.25)), (false, true, .clip(low: 0, high: 6)),
  ]

  @Test(arguments: products)
  func productsAreAPlainLoop(_ geometry: Geometry, _ source: TensorShape) throws {
    for (bias, addend, activation) in Self.epilogues where activation?.keepsZero != false || geometry.fillsBlocks {
      var problem = Problem(geometry, source, .gemm, bias: bias, hasAddend: addend, activation: activation)
      problem.instructions = .avx512
      try problem.check()
    }
  }

  /// With stride 1 and 2.
  @Test(arguments: filtered, [0, 5])
  func filteringIsAPlainLoop(_ convolution: (Geometry, TensorShape), group: Int) throws {
    let (geometry, source) = convolution
    for (bias, addend, activation) in Self.epilogues where activation?.keepsZero != false || geometry.fillsBlocks {
      let problem = Problem(
        geometry, source, .winograd(tile: 2, group: group), bias: bias, hasAddend: addend, activation: activation)
      try problem.check()
    }
  }

  @Test(arguments: plain)
  func theNetworksInputIsReadAsItIs(_ geometry: Geometry, _ source: TensorShape) throws {
    for (bias, addend, activation) in Self.epilogues where activation?.keepsZero != false || geometry.fillsBlocks {
      var problem = Problem(geometry, source, .gemm, bias: bias, hasAddend: addend, activation: activation)
      problem.readsPlainInput = true
      problem.instructions = .avx512
      try problem.check()
    }
  }

  @Test(arguments: [Method.gemm, .winograd(tile: 2, group: 0), .winograd(tile: 2, group: 7)])
  func theActivationMayComeBeforeTheSum(_ method: Method) throws {
    for (geometry, source) in Self.filtered {
      var problem = Problem(
        geometry, source, method, bias: true, hasAddend: true, activation: .relu(slope: 0.25), epilogue: .addition)
      problem.instructions = .avx512
      try problem.check()
    }
  }

  @Test(arguments: [0, 7], [[1, 20, 12, 24], [2, 20, 14, 10], [1, 20, 2, 2]] as [TensorShape])
  func theLargestOfFourIsWritten(_ group: Int, _ source: TensorShape) throws {
    let geometry = Geometry(inputChannels: 20, outputChannels: 30, kernelSize: 3, padding: 1)
    try Problem(
      geometry, source, .winograd(tile: 2, group: group), bias: true, hasAddend: false, activation: .relu(slope: 0.25),
      epilogue: .pooling
    ).check()
  }

  /// Other numbers are rounded: to bf16 on the way in, by Winograd once more, and on the way out.
  @Test(arguments: [(Method.gemm, 1e-6), (.winograd(tile: 2, group: 0), 1e-2)])
  func numbersOfAllKindsAreRounded(_ method: Method, _ tolerance: Double) throws {
    let geometry = Geometry(inputChannels: 40, outputChannels: 30, kernelSize: 3, padding: 1)
    for activation in [Activation.silu, .hardSwish] {
      var problem = Problem(geometry, [2, 40, 9, 7], method, bias: true, hasAddend: true, activation: activation)
      problem.instructions = .avx512
      problem.useFractions()
      let expected = problem.expected
      let largest = expected.reduce(0) { max($0, abs($1)) }
      for (value, exact) in zip(try problem.run(inFloats: true), expected) {
        #expect(abs(Double(value) - exact) < tolerance * largest)
      }
    }
  }

  @Test(arguments: [Activation.silu, .hardSwish, .relu])
  func channelsBeyondTheLastStayZero(_ activation: Activation) throws {
    let geometry = Geometry(inputChannels: 10, outputChannels: 5, kernelSize: 3, padding: 1)
    for method in [Method.gemm, .winograd(tile: 2, group: 0)] {
      let problem = Problem(geometry, [1, 10, 7, 7], method, bias: true, hasAddend: false, activation: activation)
      let memory = try problem.memory(inFloats: true)
      #expect(memory.indices.allSatisfy { $0 % 16 < 5 || memory[$0] == 0 })
    }
  }

  @Test func othersAreLeftToFloats() {
    func convolution(_ geometry: Geometry, method: Method? = nil, plain: Bool = false) -> BFloat16Convolution? {
      let shape: TensorShape = [1, 16, 8, 8]
      return BFloat16Convolution(
        geometry, source: shape, destination: shape, activation: nil, method: method, readsPlainInput: plain)
    }
    let dense = Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1)
    #expect(convolution(dense) != nil)
    #expect(convolution(Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1, groups: 2)) == nil)
    #expect(convolution(dense, method: .winograd(tile: 4, group: 0)) == nil)
    #expect(convolution(dense, plain: true) == nil)
  }
}

extension Activation {
  /// Whether channels that fill a block stay zero under it, which a clip does not promise.
  fileprivate var keepsZero: Bool { if case .clip = self { false } else { true } }
}

extension ConvolutionGeometry {
  fileprivate var fillsBlocks: Bool { outputChannels % 16 == 0 }
}
