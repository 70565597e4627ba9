import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct ConvolutionTests {
  typealias Geometry = ConvolutionGeometry

  static let cases: [ConvolutionCase] = [
    .init("1×1", Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 1), 5, 7),
    .init(
      "1×1, stride 2, no bias", Geometry(inputChannels: 32, outputChannels: 16, kernelSize: 1, stride: 2), batch: 3, 7,
      9, hasBias: false),
    .init("3×3", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3), 6, 5),
    .init(
      "3×3, padding 1", Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 3, padding: 1), batch: 3, 7, 11),
    .init(
      "3×3, stride 2, padding 1", Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 3, stride: 2, padding: 1),
      8, 9),
    .init(
      "5×5, padding 2, channels not in blocks",
      Geometry(inputChannels: 10, outputChannels: 5, kernelSize: 5, padding: 2), batch: 3, 9, 6),
    .init(
      "3×3, padding 2, channels not in blocks, no bias",
      Geometry(inputChannels: 20, outputChannels: 33, kernelSize: 3, padding: 2), 4, 7, hasBias: false),
    .init("2×2, stride 2", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 2, stride: 2), 7, 9),
    .init(
      "3×3, dilation 2, padding 2",
      Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 2, dilation: 2), 9, 8),
    .init(
      "3×3, dilation 2, stride 2, channels not in blocks",
      Geometry(inputChannels: 6, outputChannels: 7, kernelSize: 3, stride: 2, padding: 1, dilation: 2), batch: 3, 11, 9),
    .init(
      "3×3, 2 groups", Geometry(inputChannels: 32, outputChannels: 32, kernelSize: 3, padding: 1, groups: 2), batch: 3,
      6, 7),
    .init(
      "3×3, 2 groups, channels not in blocks",
      Geometry(inputChannels: 12, outputChannels: 20, kernelSize: 3, stride: 2, padding: 1, groups: 2), 7, 6),
    .init(
      "depthwise", Geometry(inputChannels: 32, outputChannels: 32, kernelSize: 3, padding: 1, groups: 32), batch: 3, 7,
      5),
    .init(
      "depthwise, stride 2, channels not in blocks",
      Geometry(inputChannels: 24, outputChannels: 24, kernelSize: 3, stride: 2, padding: 1, groups: 24), 8, 9),
    .init(
      "7×7, stride 2, padding 3 on plain images",
      Geometry(inputChannels: 3, outputChannels: 16, kernelSize: 7, stride: 2, padding: 3), batch: 3, 21, 18,
      hasBias: false, order: .plain),
    .init(
      "3×3, padding 1 on plain images, channels not in blocks",
      Geometry(inputChannels: 3, outputChannels: 10, kernelSize: 3, padding: 1), 9, 12, order: .plain),
    .init(
      "3×3 on one plain channel", Geometry(inputChannels: 1, outputChannels: 1, kernelSize: 3), 5, 6, order: .plain),
    .init("kernel as large as its map", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 4), 4, 4),
    .init("one pixel", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1), 1, 1),
  ]

  static let transposedCases: [ConvolutionCase] = [
    .init(
      "2×2, stride 2",
      Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 2, stride: 2, isTransposed: true), batch: 3, 5, 4),
    .init(
      "3×3, stride 2, padding 1, output padding 1, no bias",
      Geometry(
        inputChannels: 32, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1, isTransposed: true,
        outputPadding: 1), 5, 6, hasBias: false),
    .init(
      "4×4, stride 2, padding 1, channels not in blocks",
      Geometry(inputChannels: 10, outputChannels: 6, kernelSize: 4, stride: 2, padding: 1, isTransposed: true),
      batch: 3, 4, 3),
    .init("3×3, stride 1", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, isTransposed: true), 4, 5),
    .init(
      "3×3, stride 2, 2 groups",
      Geometry(
        inputChannels: 32, outputChannels: 64, kernelSize: 3, stride: 2, padding: 1, groups: 2, isTransposed: true),
      4, 5),
  ]

  static let winogradCases: [ConvolutionCase] = [
    .init(
      "16 channels", Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1), batch: 3, 17, 13,
      algorithm: .winograd(tile: 4)),
    .init(
      "32 to 64 channels, no bias", Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, padding: 1), 24, 24,
      hasBias: false, algorithm: .winograd(tile: 4)),
    .init(
      "64 channels", Geometry(inputChannels: 64, outputChannels: 64, kernelSize: 3, padding: 1), batch: 3, 16, 12,
      algorithm: .winograd(tile: 4)),
  ]

  static let hasWinograd = (try? winogradCases[0].kernel(.forward)) != nil

  /// oneDNN's order of summation differs from the loop's; 1 f32 rounding is 6e-8.
  static let tolerance = 2e-6
  /// Winograd's transforms of 4×4 tiles multiply by up to 8 and back, and cost 2 to 3 digits.
  static let winogradTolerance = 5e-5

  @Test(arguments: cases + transposedCases)
  func agreesWithThePlainLoop(_ case: ConvolutionCase) throws {
    let errors = try `case`.errors()
    #expect(errors.forward < Self.tolerance)
    #expect(errors.source < Self.tolerance)
    #expect(errors.weights < Self.tolerance)
    #expect(errors.bias < Self.tolerance)
  }

  @Test(.enabled(if: hasWinograd, "this oneDNN has no Winograd kernels for this machine"), arguments: winogradCases)
  func winogradAgreesWithThePlainLoop(_ case: ConvolutionCase) throws {
    #expect(try `case`.kernel(.forward).kernel.implementation.contains("wino_4x3"))
    let errors = try `case`.errors()
    #expect(errors.forward < Self.winogradTolerance)
    #expect(errors.source < Self.winogradTolerance)
    #expect(errors.weights < Self.winogradTolerance)
    #expect(errors.bias < Self.winogradTolerance)
  }

  @Test(
    .enabled(if: hasWinograd, "this oneDNN has no Winograd kernels for this machine"), arguments: winogradCases, [2, 4])
  func winogradInference(_ case: ConvolutionCase, tile: Int) throws {
    var winograd = `case`
    // oneDNN has tiles of 2 for single images only.
    if tile == 2 { winograd.batch = 1 }
    winograd.algorithm = .winograd(tile: tile)
    let kernel = try winograd.kernel(.inference, epilogue: .init(activation: .relu))
    #expect(kernel.kernel.implementation.contains("wino_\(tile)x3"))
    try kernel.execute()
    let (source, weights, bias, _) = winograd.tensors()
    let expected = winograd.reference.forward(
      source.doubles, weights: weights.doubles, bias: winograd.hasBias ? bias.doubles : nil)
    let error = relativeError(
      try kernel.take(.destination, winograd.reference.destination), expected.map { max($0, 0) })
    #expect(error < (tile == 2 ? Self.tolerance : Self.winogradTolerance))
  }

  static let epilogues: [ConvolutionEpilogue] = [
    nil, .relu, .relu(slope: 0.1), .silu, .sigmoid, .hardSwish,
  ].flatMap {
    [ConvolutionEpilogue(addsDestination: false, activation: $0), .init(addsDestination: true, activation: $0)]
  }

  @Test(
    arguments: epilogues,
    [
      cases[3], cases[5], cases[11], transposedCases[1], transposedCases[2],
    ])
  func fusesEpilogues(_ epilogue: ConvolutionEpilogue, _ case: ConvolutionCase) throws {
    // The graph passes never add to a transposed convolution.
    if epilogue.addsDestination && `case`.geometry.isTransposed { return }
    let (source, weights, bias, summand) = `case`.tensors()
    let kernel = try `case`.kernel(.inference, epilogue: epilogue)
    if epilogue.addsDestination { try kernel.give(.destination, summand) }
    try kernel.execute()
    var expected = `case`.reference.forward(
      source.doubles, weights: weights.doubles, bias: `case`.hasBias ? bias.doubles : nil)
    if epilogue.addsDestination { expected = zip(expected, summand.doubles).map(+) }
    if let activation = epilogue.activation { expected = expected.map { plainActivation(activation, $0) } }
    #expect(relativeError(try kernel.take(.destination, `case`.reference.destination), expected) < Self.tolerance)
  }

  /// The plain gradients above are themselves right: a convolution is bilinear, so differences are exact.
  @Test(arguments: [cases[4], cases[9], cases[11], transposedCases[1], transposedCases[4]])
  func thePlainGradientsAreDifferencesOfThePlainForward(_ case: ConvolutionCase) {
    let reference = `case`.reference
    let (source, weights, bias, gradient) = `case`.tensors()
    func loss(_ source: [Double], _ weights: [Double], _ bias: [Double]) -> Double {
      zip(reference.forward(source, weights: weights, bias: bias), gradient.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func check(_ values: [Double], _ expected: [Double], _ loss: ([Double]) -> Double) {
      for index in stride(from: 0, to: values.count, by: max(1, values.count / 7)) {
        var moved = values
        moved[index] += 1
        var opposite = values
        opposite[index] -= 1
        #expect(abs((loss(moved) - loss(opposite)) / 2 - expected[index]) < 1e-9)
      }
    }
    check(source.doubles, reference.sourceGradient(gradient.doubles, weights: weights.doubles)) {
      loss($0, weights.doubles, bias.doubles)
    }
    check(weights.doubles, reference.weightsGradient(source.doubles, gradient.doubles)) {
      loss(source.doubles, $0, bias.doubles)
    }
    check(bias.doubles, reference.biasGradient(gradient.doubles)) { loss(source.doubles, weights.doubles, $0) }
  }

  @Test(arguments: [
    // Input, kernel, stride, padding, dilation → output, by (W − F + 2P)/S + 1.
    (227, 11, 4, 0, 1, 55), (5, 3, 1, 1, 1, 5), (5, 3, 2, 1, 1, 3), (224, 7, 2, 3, 1, 112), (9, 3, 1, 0, 2, 5),
    (2, 3, 1, 0, 1, 0),
  ])
  func outputExtent(input: Int, kernel: Int, stride: Int, padding: Int, dilation: Int, output: Int) {
    let geometry = Geometry(
      inputChannels: 1, outputChannels: 1, kernelSize: kernel, stride: stride, padding: padding, dilation: dilation)
    #expect(geometry.outputExtent(input, kernel: kernel) == output)
  }

  @Test func transposedOutputExtent() {
    let geometry = Geometry(
      inputChannels: 1, outputChannels: 1, kernelSize: 3, stride: 2, padding: 1, isTransposed: true, outputPadding: 1)
    #expect(geometry.outputExtent(7, kernel: 3) == 14)
  }

  @Test func aConvolutionByHand() throws {
    // [[1,2,3],[4,5,6],[7,8,9]] under [[1,−1],[0,1]]: 1−2+5 = 4, 2−3+6 = 5, 4−5+8 = 7, 5−6+9 = 8; bias 0.5.
    let kernel = try BoundKernel(
      Kernel.convolution(
        Geometry(inputChannels: 1, outputChannels: 1, kernelSize: 2), .inference,
        source: TensorLayout(.plain, shape: [1, 1, 3, 3]),
        destination: TensorLayout(.channelBlocked, shape: [1, 1, 2, 2]), hasBias: true))
    try kernel.give(.source, Tensor(shape: [1, 1, 3, 3], values: (1...9).map(Float.init)))
    try kernel.give(.weights, Tensor(shape: [1, 1, 2, 2], values: [1, -1, 0, 1]))
    try kernel.give(.bias, Tensor(shape: [1], values: [0.5]))
    try kernel.reserve(.destination)
    try kernel.execute()
    #expect(try kernel.take(.destination, [1, 1, 2, 2]).values == [4.5, 5.5, 7.5, 8.5])
  }

  @Test(
    .enabled(
      if: OneDNN.version.hasPrefix("2.") && OneDNN.instructionSet.contains("AVX-512"), "3.x dropped them on x86"))
  func oneDNN2HasWinogradOnAVX512() {
    #expect(Self.hasWinograd)
  }

  @Test(
    .enabled(if: !hasWinograd, "this oneDNN has Winograd kernels"), arguments: winogradCases,
    [Kernel.Direction.inference, .forward, .backwardData, .backwardWeights])
  func missingWinogradSaysSo(_ case: ConvolutionCase, _ direction: Kernel.Direction) {
    let error = #expect(throws: KernelError.self) { try `case`.kernel(direction) }
    #expect(error?.description.contains("no implementation") ?? false)
  }

  @Test func winogradOfAnotherStrideIsAnError() {
    let layout = TensorLayout(.channelBlocked, shape: [1, 16, 8, 8])
    let geometry = Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1)
    #expect(throws: KernelError.self) {
      try Kernel.convolution(
        geometry, .inference, source: layout, destination: TensorLayout(.channelBlocked, shape: [1, 16, 4, 4]),
        hasBias: false, algorithm: .winograd(tile: 4))
    }
  }

  @Test func impossibleGeometriesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ConvolutionGeometry(inputChannels: 3, outputChannels: 4, kernelSize: 3, groups: 2)
    }
  }
}
