import CPUKernels
import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BFloat16PlanTests {
  /// Every convolution that can be in bf16, so that small networks are not left to floats.
  static let everything = InferencePlan.Options(
    compilation: CompilationOptions(keepsRecipe: true), precision: .bfloat16)
  /// Eight bits of every value and weight, along a few layers; relative to the largest element.
  static let tolerance = 0.03

  @Test(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16"), arguments: TestNetwork.all, [1, 2])
  func isCloseToThePlainLoops(_ network: TestNetwork, batch: Int) throws {
    let input = network.input(batch: batch)
    let parameters = network.parameters()
    let reference = try ReferenceNetwork(network.graph, inputShape: input.shape, isTraining: false)
    let expected = reference.outputs(input.doubles, parameters.doubles)
    var (inPlace, apart) = (Self.everything, Self.everything)
    inPlace.concatenatesInPlace = true
    (apart.concatenatesInPlace, apart.passes) = (false, [])
    for options in [inPlace, apart] {
      let plan = try InferencePlan(network.graph, parameters: parameters, inputShape: input.shape, options: options)
      let outputs = try plan.run(input)
      for (output, values) in zip(outputs, expected) { #expect(relativeError(output, values) < Self.tolerance) }
      // The same network, the same bytes.
      #expect(try plan.run(input) == outputs)
    }
  }

  @Test(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16")) func chainsStayInBFloat16() throws {
    let network = TestNetwork.named("sums of activated convolutions")
    let plan = try InferencePlan(
      network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: 1),
      options: Self.everything)
    let steps = try plan.profile()
    #expect(plan.bfloat16LayerCount == network.graph.nodes.count { $0.convolution != nil })
    #expect(steps.count { $0.implementation.hasPrefix("bf16") } == plan.bfloat16LayerCount)
    // The input on its way in, and the two values that leave.
    #expect(steps.count { $0.name.hasSuffix("(to bf16)") } == 1)
    #expect(steps.count { $0.name.hasSuffix("(to floats)") } <= 2)
  }

  /// Large layers gain more than the conversions cost; a depthwise layer between them is left to floats.
  @Test(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16")) func theTableLeavesLayersToFloats() throws {
    let graph = Graph(inputChannels: 64) { images in
      let first = Convolution("a", inputChannels: 64, outputChannels: 128, kernelSize: 1)(images)
      let second = Convolution("b", inputChannels: 128, outputChannels: 128, kernelSize: 1)(first)
      let depthwise = Convolution(
        "c", inputChannels: 128, outputChannels: 128, kernelSize: 3, padding: 1, groups: 128)(second)
      return [Convolution("d", inputChannels: 128, outputChannels: 16, kernelSize: 1)(depthwise)]
    }
    var generator = SeededGenerator(seed: 1)
    let parameters = graph.initialParameters(using: &generator)
    let plan = try InferencePlan(
      graph, parameters: parameters, inputShape: [1, 64, 40, 40], options: .init(precision: .bfloat16))
    let kinds = Dictionary(
      try plan.profile().map { ($0.name, $0.implementation.hasPrefix("bf16")) }, uniquingKeysWith: { $0 || $1 })
    #expect(kinds["a"] == true && kinds["b"] == true && kinds["c"] == false)
  }

  @Test(.enabled(if: !BFloat16.isAvailable, "this processor has bf16")) func isRefusedWhereTheProcessorLacksIt() throws
  {
    let network = TestNetwork.named("pooled convolutions")
    let error = #expect(throws: PrecisionError.self) {
      try InferencePlan(
        network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: 1),
        options: .init(precision: .bfloat16))
    }
    #expect(error?.description.contains("bf16 is not available here (\(OneDNN.instructionSet))") == true)
  }

  @Test func valuesAreConvertedWhereTheFormChanges() throws {
    // images → a → pool → b → c, and a + its own convolution.
    let graph = Graph(inputChannels: 16) { images in
      func convolution(_ name: String) -> Convolution {
        Convolution(name, inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1)
      }
      let a = convolution("a")(images)
      let pool = a.maxPooled(kernelSize: 2, stride: 2)
      let b = convolution("b")(pool)
      return [convolution("c")(b) + b]
    }
    func node(_ name: String) throws -> Int { try #require(graph.nodes.firstIndex { $0.name == name }) }
    let (a, pool, b, c) = (try node("a"), try node("pool"), try node("b"), try node("c"))
    let canPass = graph.nodes.map { $0.name == "pool" || $0.name == "add" }
    let all = BFloat16Layers(graph, convolutions: [a, b, c], canPass: canPass)
    // The sum leaves the network in floats, so that it is computed in them.
    #expect(all.nodes == [a, pool, b, c] && all.kept == [a, pool, b])
    #expect(all.rounded == [0] && all.widened == [b])
    let some = BFloat16Layers(graph, convolutions: [a, c], canPass: canPass)
    #expect(some.nodes == [a, c] && some.kept.isEmpty && some.rounded == [0, b] && some.widened.isEmpty)
    #expect(BFloat16Layers(graph, convolutions: [], canPass: canPass).nodes.isEmpty)
  }
}
