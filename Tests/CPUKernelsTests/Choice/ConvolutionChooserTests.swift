import CPUKernels
import ComputeGraph
import Tensors
import Testing

@Suite struct ConvolutionChooserTests {
  typealias Geometry = ConvolutionGeometry

  /// With every kind of method: oneDNN's direct and Winograd's, products, and native Winograd of all tiles.
  static let problems: [ConvolutionProblem] = [
    ConvolutionProblem(
      geometry: Geometry(inputChannels: 32, outputChannels: 32, kernelSize: 3, padding: 1), source: [1, 32, 26, 26],
      destination: [1, 32, 26, 26], activation: .relu(slope: 0.1)),
    ConvolutionProblem(
      geometry: Geometry(inputChannels: 16, outputChannels: 32, kernelSize: 3, stride: 2, padding: 1),
      source: [1, 16, 26, 26], destination: [1, 32, 13, 13]),
    ConvolutionProblem(
      geometry: Geometry(inputChannels: 48, outputChannels: 24, kernelSize: 1), source: [2, 48, 13, 13],
      destination: [2, 24, 13, 13], activation: .silu),
    ConvolutionProblem(
      geometry: Geometry(inputChannels: 3, outputChannels: 16, kernelSize: 3, padding: 1), source: [1, 3, 20, 20],
      destination: [1, 16, 20, 20], readsPlainInput: true),
    ConvolutionProblem(
      geometry: Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1, groups: 16),
      source: [1, 16, 13, 13], destination: [1, 16, 13, 13]),
  ]

  /// The memory that is measured on must live as long as it is measured: AddressSanitizer watches this test.
  @Test(arguments: ConvolutionTuning.allCases, problems)
  func choosesOneOfTheMethods(_ tuning: ConvolutionTuning, _ problem: ConvolutionProblem) throws {
    let method = try ConvolutionChooser(tuning: tuning, expectedRuns: 1000).method(for: problem)
    #expect(problem.methods.contains(method))
  }

  /// Detectors that work side by side decide alike, whatever a second measurement would say.
  @Test(arguments: [ConvolutionTuning.fast, .full], problems)
  func aProblemIsMeasuredOnce(_ tuning: ConvolutionTuning, _ problem: ConvolutionProblem) throws {
    // The same list from every call: what was measured is found by it. Other tests change the program's number of threads
    // meanwhile.
    #expect((0..<20).allSatisfy { _ in problem.methods == problem.methods })
    let choosers = (0..<3).map { _ in ConvolutionChooser(tuning: tuning, expectedRuns: 1000, threads: 1) }
    let methods = try Set(choosers.map { try $0.method(for: problem) })
    #expect(methods.count == 1)
  }

  static func problem(
    _ inputChannels: Int, _ outputChannels: Int, side: Int, stride: Int = 1, activation: Activation? = .relu
  ) -> ConvolutionProblem {
    let geometry = ConvolutionGeometry(
      inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: 3, stride: stride, padding: 1)
    return ConvolutionProblem(
      geometry: geometry, source: [1, inputChannels, side, side],
      destination: [1, outputChannels, side / stride, side / stride], activation: activation)
  }

  static func isNative(_ method: ConvolutionMethod) -> Bool {
    if case .native = method { true } else { false }
  }

  /// On every instruction set, whatever the library has.
  @Test(arguments: [(64, 64, 80, 1), (64, 128, 80, 2), (512, 512, 10, 1), (16, 24, 6, 1)])
  func ourOwnKernelsComeFirst(inputs: Int, outputs: Int, side: Int, stride: Int) throws {
    for runs in [1, 1000] {
      let chooser = ConvolutionChooser(expectedRuns: runs)
      #expect(Self.isNative(try chooser.method(for: Self.problem(inputs, outputs, side: side, stride: stride))))
    }
  }

  /// Products need a fourth of Winograd's weights for tiles of 4×4, and less time until they are packed.
  @Test func aPlanThatRunsOncePacksFewWeights() throws {
    let problem = Self.problem(512, 512, side: 10)
    #expect(try ConvolutionChooser(expectedRuns: 1).method(for: problem) == .native(.gemm))
    #expect(try ConvolutionChooser(expectedRuns: 1000).method(for: problem) != .native(.gemm))
  }

  /// Mish is oneDNN's alone.
  @Test func theLibraryIsAskedHowOftenAPlanRuns() throws {
    let problem = Self.problem(512, 512, side: 20, activation: .mish)
    #expect(try ConvolutionChooser(expectedRuns: 1).method(for: problem) == .oneDNN(.direct))
    let often = try ConvolutionChooser(expectedRuns: 1000).method(for: problem)
    #expect(often == .oneDNN(OneDNN.hasWinograd ? .winograd(tile: 4) : .direct))
  }

  @Test(arguments: [ConvolutionTuning.fast, .full])
  func measuringFindsAMethodThatExists(_ tuning: ConvolutionTuning) throws {
    let chooser = ConvolutionChooser(tuning: tuning, expectedRuns: 1000)
    for stride in [1, 2] {
      let problem = Self.problem(32, 48, side: 12, stride: stride)
      let method = try chooser.method(for: problem)
      #expect(problem.methods.contains(method))
      #expect(try chooser.method(for: problem) == method)
    }
  }

  static let groups: [(ConvolutionRates, Int, Int, Int, Int)] = [
    (.avx512, 64, 64, 80, 12), (.avx512, 128, 256, 52, 12), (.avx512, 256, 512, 26, 0), (.avx2, 64, 64, 80, 12),
    (.avx2, 128, 256, 52, 0), (.avx512, 16, 16, 6, 0),
  ]

  /// The same figures on every machine: the table decides, not the processor.
  @Test(arguments: groups)
  func groupsOfTilesPayWhereWeightsAreFew(
    rates: ConvolutionRates, inputs: Int, outputs: Int, side: Int, group: Int
  ) {
    let problem = Self.problem(inputs, outputs, side: side)
    #expect(ConvolutionCost.tileGroup(tile: 6, problem, rates: rates) == group)
  }

  @Test func costsAreThoseOfTheTable() {
    let problem = Self.problem(64, 64, side: 80)
    var rates = ConvolutionRates.avx2
    let before = ConvolutionCost.seconds(.gemm, problem, expectedRuns: 1000, rates: rates)
    rates.secondsPerOperation *= 2
    let after = ConvolutionCost.seconds(.gemm, problem, expectedRuns: 1000, rates: rates)
    // 471,859,200 operations at 90 GFLOP/s.
    #expect(abs(after - before - 471_859_200 / 90e9) < 1e-9)
  }
}
