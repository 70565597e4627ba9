import CPUKernels
import ComputeGraph
import Tensors

/// Measures a network on images and finds out how it is best computed in 8-bit integers.
///
/// First ``observe(_:)`` some images, then ask for a ``recipe(_:weightBits:calibration:)`` and what it costs.
public struct Quantizer {
  /// What a layer alone costs when it is computed in integers.
  public struct LayerError: Hashable, Sendable {
    /// As in `Graph.layerNames`.
    public var layer: String
    /// See ``Quantizer/error(of:)``.
    public var error: Double

    public init(layer: String, error: Double) {
      self.layer = layer
      self.error = error
    }
  }

  /// The graph after the passes of inference, which recipes are for.
  public let graph: Graph
  /// Names of the convolutions that can be computed in integers on this processor, in the network's order.
  public let candidates: [String]
  public let inputShape: TensorShape

  private let parameters: ParameterStore
  private let plan: InferencePlan
  /// Nodes whose ranges a recipe may need.
  private let observed: [Int]
  private var histograms: [MagnitudeHistogram]
  /// Images that are kept to measure errors on, with the network's outputs in float32.
  private var references: [(input: Tensor, outputs: [Tensor])] = []

  /// How many of the observed images are kept to measure errors on.
  public static let referenceCount = 8

  /// Throws as `InferencePlan.init` does, and a ``PrecisionError`` where no layer can be computed in integers.
  public init(_ graph: Graph, parameters: ParameterStore, inputShape: TensorShape) throws {
    try Precision.check(weightBits: 7)
    try graph.check(parameters)
    var (folded, store) = (graph, parameters)
    for pass in GraphPass.inference { folded.apply(pass, parameters: &store) }
    let shapes = try folded.shapes(input: inputShape)
    let names = folded.layerNames
    let chosen = folded.nodes.indices.filter { folded.canBeQuantized($0) && Self.hasKernel($0, folded, shapes) }
    guard !chosen.isEmpty else {
      throw PrecisionError.unsupported(
        precision: "int8", instructionSet: OneDNN.instructionSet, needed: "a network with convolutions behind the first"
      )
    }
    candidates = chosen.map { names[$0] }
    observed = Set(chosen.flatMap { folded.nodes[$0].inputs + [$0] }).filter { shapes[$0].rank == 4 }.sorted()
    histograms = observed.map { _ in MagnitudeHistogram() }
    var watched = folded
    watched.outputs = observed + folded.outputs
    plan = try InferencePlan(watched, parameters: store, inputShape: inputShape, options: .init(passes: []))
    self.graph = folded
    self.parameters = store
    self.inputShape = inputShape
  }

  /// Whether oneDNN has a compiled kernel for a convolution in integers.
  private static func hasKernel(_ index: Int, _ graph: Graph, _ shapes: [TensorShape]) -> Bool {
    guard let node = graph.nodes[index].convolution else { return false }
    let kernel = try? Kernel.quantizedConvolution(
      node.geometry,
      source: TensorLayout(.channelsLast, of: .unsignedByte, shape: shapes[graph.nodes[index].inputs[0]]),
      destination: TensorLayout(.channelsLast, of: .unsignedByte, shape: shapes[index]), hasBias: node.bias != nil,
      epilogue: QuantizedEpilogue(
        scales: [Float](repeating: 1, count: node.geometry.outputChannels), activation: node.epilogue.activation))
    return kernel != nil
  }

  /// Runs the network in float32 and counts the magnitudes of its values.
  ///
  /// - Precondition: `input` has the network's input shape.
  public mutating func observe(_ input: Tensor) throws {
    let values = try plan.run(input)
    for (position, value) in values.prefix(observed.count).enumerated() {
      value.withUnsafeBufferPointer { histograms[position].add($0) }
    }
    if references.count < Self.referenceCount {
      references.append((input, Array(values.dropFirst(observed.count))))
    }
  }

  /// All candidates in integers, with ranges by a method.
  ///
  /// - Precondition: something was observed.
  public func recipe(
    _ method: QuantizationMethod, weightBits: Int = 7, calibration: QuantizationRecipe.Calibration
  ) -> QuantizationRecipe {
    precondition(!references.isEmpty, "no image was observed")
    let names = graph.layerNames
    var ranges: [String: QuantizationRecipe.Range] = [:]
    for (index, histogram) in zip(observed, histograms) {
      // A value that is always zero needs some range.
      ranges[names[index]] = histogram.range(method) ?? .init(largest: 1, isSigned: false)
    }
    let chosen = Set(candidates)
    var weights: [String] = []
    for (name, node) in zip(names, graph.nodes) where chosen.contains(name) {
      if let weight = node.convolution?.weight, !weights.contains(weight) { weights.append(weight) }
    }
    return QuantizationRecipe(
      method: method, weightBits: weightBits, ranges: ranges, layers: candidates, weights: weights, kept: [],
      calibration: calibration)
  }

  /// How far the network's outputs are off when it follows a recipe: the squared difference from float32 in units of
  /// the squared output, the mean over outputs.
  public func error(of recipe: QuantizationRecipe) throws -> Double {
    let plan = try InferencePlan(
      graph, parameters: recipe.rounding(parameters), inputShape: inputShape,
      options: .init(passes: [], compilation: CompilationOptions(keepsRecipe: true), precision: .int8(recipe)))
    var noise = [Double](repeating: 0, count: graph.outputs.count)
    var signal = noise
    for reference in references {
      for (position, (found, expected)) in zip(try plan.run(reference.input), reference.outputs).enumerated() {
        let (difference, square) = found.squaredDifference(from: expected)
        noise[position] += difference
        signal[position] += square
      }
    }
    return zip(noise, signal).reduce(0) { $0 + $1.0 / max($1.1, 1e-30) } / Double(noise.count)
  }

  /// What each layer of a recipe costs when it alone is computed in integers, in the network's order.
  public func errorByLayer(
    of recipe: QuantizationRecipe, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [LayerError] {
    try recipe.layers.enumerated().map { index, layer in
      let error = try error(of: recipe.restricted(to: [layer], of: graph))
      progress(index + 1, recipe.layers.count)
      return LayerError(layer: layer, error: error)
    }
  }
}

extension Tensor {
  /// Sums of (self − other)² and other².
  fileprivate func squaredDifference(from other: Tensor) -> (difference: Double, square: Double) {
    withUnsafeBufferPointer { left in
      other.withUnsafeBufferPointer { right in
        var (difference, square) = (Float(0), Float(0))
        var (differences, squares) = (0.0, 0.0)
        for index in left.indices {
          let distance = left[index] - right[index]
          difference += distance * distance
          square += right[index] * right[index]
          // Short sums in single precision lose nothing that matters.
          if index % 256 == 255 {
            differences += Double(difference)
            squares += Double(square)
            (difference, square) = (0, 0)
          }
        }
        return (differences + Double(difference), squares + Double(square))
      }
    }
  }
}
