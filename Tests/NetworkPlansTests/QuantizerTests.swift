import CPUKernels
import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

@Suite(.enabled(if: OneDNN.hasByteKernels, "8-bit kernels are written for oneDNN 2.x"))
struct QuantizerTests {
  /// Chains of convolutions with everything that bytes meet on their way: sums of either sign, a pooling, an
  /// upsampling, an activation that is not homogeneous, poolings of floats and of bytes, a layer in float32 between, an output in the middle.
  static let graph = Graph(inputChannels: 3) { images in
    func convolution(_ name: String, _ input: Int, _ output: Int, size: Int = 3, stride: Int = 1) -> Convolution {
      Convolution(
        name, inputChannels: input, outputChannels: output, kernelSize: size, stride: stride, padding: size / 2)
    }
    let stem = convolution("stem", 3, 16)(images).relu().pooled(.init(kind: .maximum, kernelSize: 2, stride: 2))
    let block = (convolution("block.2", 16, 16)(convolution("block.1", 16, 16)(stem).relu()) + stem).relu()
    let pooled = block.pooled(.init(kind: .maximum, kernelSize: 2, stride: 2))
    let projection = convolution("projection", 16, 24, size: 1)(pooled)
    let wide = (convolution("wide.2", 20, 24)(convolution("wide.1", 16, 20)(pooled).silu()) + projection).relu()
    let deep = convolution("deep", 24, 24, stride: 2)(wide).relu(slope: 0.1)
    let lateral = convolution("lateral", 24, 24, size: 1)(wide) + deep.upsampled(by: 2)
    let head = convolution("head", 16, 9, size: 1)(convolution("tower", 24, 16)(lateral).relu())
    return [head, convolution("coarse", 24, 9, size: 1)(deep), wide]
  }
  static let input: TensorShape = [1, 3, 32, 48]

  static let names = [
    "block.1", "block.2", "projection", "wide.1", "wide.2", "deep", "lateral", "tower", "head", "coarse",
  ]

  private func parameters() -> ParameterStore {
    var generator = SeededGenerator(seed: 3)
    var store = Self.graph.initialParameters(using: &generator)
    for specification in Self.graph.parameters where specification.role == .bias {
      store[specification.name] = generator.tensor(specification.shape, in: -0.3...0.3)
    }
    return store
  }

  private func quantizer() throws -> Quantizer {
    var quantizer = try Quantizer(Self.graph, parameters: parameters(), inputShape: Self.input)
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<4 { try quantizer.observe(generator.tensor(Self.input)) }
    return quantizer
  }

  private let calibration = QuantizationRecipe.Calibration(imageCount: 4, fingerprint: "random")

  @Test("every convolution but the first can be computed in integers")
  func candidates() throws {
    #expect(Set(try quantizer().candidates) == Set(Self.names))
  }

  @Test("outputs are near those of float32, and far off with a wrong scale", arguments: QuantizationMethod.allCases)
  func errors(_ method: QuantizationMethod) throws {
    let quantizer = try quantizer()
    let recipe = quantizer.recipe(method, calibration: calibration)
    // A hundredth of the signal's power: each of ten layers adds the noise of 7-bit weights, some 1e-4.
    #expect(try quantizer.error(of: recipe) < 4e-3)
    for layer in ["pool", "wide.1", "deep", "block.2"] {
      var wrong = recipe
      wrong.ranges[layer]?.largest /= 4
      #expect(try quantizer.error(of: wrong) > 1e-2, "\(layer)")
    }
  }

  @Test("one layer alone, whichever it is, costs less than all, and more than nothing")
  func layers() throws {
    let quantizer = try quantizer()
    let recipe = quantizer.recipe(.maximum, calibration: calibration)
    let all = try quantizer.error(of: recipe)
    let alone = try quantizer.errorByLayer(of: recipe)
    #expect(alone.map(\.layer) == quantizer.candidates)
    for layer in alone { #expect(layer.error > 0 && layer.error < all, "\(layer.layer)") }
    #expect(try quantizer.error(of: recipe.restricted(to: [], of: quantizer.graph)) < 1e-9)
  }

  @Test("a layer that is used twice may be in integers once")
  func sharedLayer() throws {
    let graph = Graph(inputChannels: 3) { images in
      let stem = Convolution("stem", inputChannels: 3, outputChannels: 16, kernelSize: 3, padding: 1)(images).relu()
      let shared = Convolution("shared", inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 1)
      return [shared(stem), shared(stem.pooled(.init(kind: .maximum, kernelSize: 2, stride: 2)))]
    }
    var generator = SeededGenerator(seed: 6)
    var parameters = graph.initialParameters(using: &generator)
    parameters["shared.bias"] = generator.tensor([16], in: -0.3...0.3)
    var quantizer = try Quantizer(graph, parameters: parameters, inputShape: [1, 3, 16, 16])
    try quantizer.observe(generator.tensor([1, 3, 16, 16]))
    let alone = try quantizer.errorByLayer(of: quantizer.recipe(.maximum, calibration: calibration))
    #expect(alone.map(\.layer) == ["shared", "shared#2"])
    for layer in alone { #expect(layer.error < 1e-3, "\(layer.layer)") }
  }

  @Test("a recipe applies to the graph before its passes, and the weights are whole numbers")
  func plan() throws {
    let quantizer = try quantizer()
    let recipe = quantizer.recipe(.meanSquare, calibration: calibration)
    let rounded = recipe.rounding(parameters())
    let plan = try InferencePlan(
      Self.graph, parameters: rounded, inputShape: Self.input,
      options: .init(compilation: CompilationOptions(keepsRecipe: true), precision: .int8(recipe)))
    let integers = try plan.profile().count { $0.implementation.contains("int8") }
    #expect(integers >= Self.names.count || OneDNN.hasByteDotProduct)
    let weight = try #require(rounded["wide.1.weight"])
    let again = WeightRounding(weight, largest: 63, clips: true)
    #expect(again.integers.values.allSatisfy { $0 == $0.rounded() && abs($0) <= 63 })
    #expect(relativeError(again.weights, weight.doubles) < 1e-6)
    // Once more gives the same bytes.
    var generator = SeededGenerator(seed: 5)
    let image = generator.tensor(Self.input)
    #expect(try plan.run(image) == plan.run(image))
  }

  @Test("a precision that the processor lacks is refused by its name")
  func refusals() throws {
    let quantizer = try quantizer()
    var recipe = quantizer.recipe(.maximum, weightBits: 8, calibration: calibration)
    if !OneDNN.hasByteDotProduct {
      let error = #expect(throws: PrecisionError.self) { try quantizer.error(of: recipe) }
      #expect(error?.description.contains("int8 with weights of 8 bits") == true)
      #expect(error?.description.contains(OneDNN.instructionSet) == true)
    }
    recipe.weightBits = 7
    recipe.ranges["pool"] = nil
    let error = #expect(throws: PrecisionError.self) { try quantizer.error(of: recipe) }
    #expect(error == .recipe(layer: "block.1", problem: "lacks the range of its input pool"))
  }

  @Test("rounding clips to the least square error only where it is asked to")
  func rounding() {
    let weights = Tensor(shape: [2, 1, 1, 2], values: [1, -0.5, 0, 0])
    let rounding = WeightRounding(weights, largest: 2, clips: false)
    #expect(rounding.integers.values == [2, -1, 0, 0])
    #expect(rounding.scales == [0.5, 1])
    #expect(rounding.weights == weights)
    // 0.4 and −0.4 are a step of 0.4 away from nothing: 1 is worth less than both.
    let spread = Tensor(shape: [1, 1, 1, 9], values: [1, 0.4, -0.4, 0.4, -0.4, 0.4, -0.4, 0.4, -0.4])
    #expect(WeightRounding(spread, largest: 1, clips: false).integers.values == [1, 0, 0, 0, 0, 0, 0, 0, 0])
    let clipped = WeightRounding(spread, largest: 1, clips: true)
    #expect(clipped.integers.values == [1, 1, -1, 1, -1, 1, -1, 1, -1])
    #expect(clipped.scales[0] < 0.6)
  }
}
