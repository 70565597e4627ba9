import ComputeGraph
import NetworkPlans
import Tensors

/// A layer as a graph, which kernels compute, and as formulas for single numbers, forward and backward.
///
/// Values are 1×C×H×W; a vector of F numbers is 1×F×1×1, a signal 1×1×1×N.
protocol TracedLayer: Sendable {
  /// With its settings.
  var title: String { get }
  /// What the result is called unless the example says otherwise.
  var symbol: String { get }
  /// Throws what is expected of the input instead.
  func check(_ input: TensorShape) throws(WorkedExampleError)
  func notes(input: TensorShape, output: TensorShape) -> [String]
  var operands: [NamedMatrix] { get }

  /// What the kernels are given: the input itself, unless it needs zeros around it.
  func prepared(_ input: Tensor) -> Tensor
  /// The part of the prepared input's gradient that is the input's.
  func unprepared(_ gradient: Tensor) -> Tensor
  func callAsFunction(_ x: Value) -> Value
  /// By the names that the graph has for them.
  var parameters: ParameterStore { get }

  /// How many terms a number of the result has at most.
  func termCount(input: TensorShape) -> Int
  /// One number of the result.
  func formula(_ place: Place, of input: Tensor) -> Formula
  /// One number of the gradient with respect to the input.
  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula
  /// The gradient of every parameter: the parameter's name in the graph and in words, and a formula for each number.
  func parameterGradients(gradient: Tensor, input: Tensor) -> [ParameterFormulas]
  /// A parameter as people write it, 1×C×H×W, from its form in the graph.
  func shown(_ parameter: String, _ values: Tensor) -> Tensor
}

extension TracedLayer {
  var operands: [NamedMatrix] { [] }
  var parameters: ParameterStore { ParameterStore() }
  func prepared(_ input: Tensor) -> Tensor { input }
  func unprepared(_ gradient: Tensor) -> Tensor { gradient }
  func notes(input: TensorShape, output: TensorShape) -> [String] { [] }
  func parameterGradients(gradient: Tensor, input: Tensor) -> [ParameterFormulas] { [] }
  func shown(_ parameter: String, _ values: Tensor) -> Tensor { values }
}

/// The calculation of a parameter's gradient, in the order of the parameter's elements in the graph.
struct ParameterFormulas {
  var parameter: String
  /// "kernel", "bias", "weights".
  var word: String
  var formulas: [Formula]
}

/// An element of a value.
struct Place: Hashable {
  var channel: Int
  var row: Int
  var column: Int

  /// Every place of a value in memory's order.
  static func all(of shape: TensorShape) -> [Place] {
    (0..<shape[1]).flatMap { channel in
      (0..<shape[2]).flatMap { row in
        (0..<shape[3]).map { Place(channel: channel, row: row, column: $0) }
      }
    }
  }

  /// "Z[2,3]", of several channels "Z₁"… as "Z1[2,3]", of a vector or a signal "z[2]", counted from 1.
  func text(_ name: String, in shape: TensorShape) -> String {
    if shape.elementCount == 1 { return name }
    if shape[2] == 1 && shape[3] == 1 { return "\(name)[\(channel + 1)]" }
    if shape[1] == 1 && shape[2] == 1 { return "\(name)[\(column + 1)]" }
    return "\(name)\(shape[1] > 1 ? "\(channel + 1)" : "")[\(row + 1),\(column + 1)]"
  }
}

extension Tensor {
  /// The number at a place; 0 outside, where padding is.
  func number(_ channel: Int, _ row: Int, _ column: Int) -> Double {
    guard (0..<shape[2]).contains(row), (0..<shape[3]).contains(column) else { return 0 }
    return Double(self[(channel * shape[2] + row) * shape[3] + column])
  }

  func number(_ place: Place) -> Double { number(place.channel, place.row, place.column) }
}

/// A layer computed by the kernels that networks run on.
enum LayerKernels {
  /// Terms that a step may have in all: what is written out by hand is small.
  static let mostTerms = 2_000_000

  /// Throws where writing the layer out would be no example any more.
  static func checkSize(_ layer: some TracedLayer, _ input: Tensor) throws {
    let input = layer.prepared(input)
    let graph = Graph(inputChannels: input.shape[1]) { [layer($0)] }
    guard let output = try graph.shapes(input: input.shape).last else { return }
    let terms = output.elementCount * layer.termCount(input: input.shape)
    if terms > mostTerms {
      throw WorkedExampleError(
        "\(output.elementCount) numbers of \(layer.termCount(input: input.shape)) terms each; an example has at most "
          + "\(mostTerms) terms a step")
    }
  }

  static func forward(_ layer: some TracedLayer, _ input: Tensor) throws -> Tensor {
    let input = layer.prepared(input)
    let graph = Graph(inputChannels: input.shape[1]) { [layer($0)] }
    let plan = try InferencePlan(graph, parameters: layer.parameters, inputShape: input.shape)
    let output = try plan.run(input)[0]
    return output.shape.rank == 2 ? output.reshaped(to: [1, output.shape[1], 1, 1]) : output
  }

  /// Gradients with respect to the input and to every parameter.
  static func backward(
    _ layer: some TracedLayer, _ input: Tensor, gradient: Tensor
  ) throws -> (input: Tensor, parameters: ParameterStore) {
    let input = layer.prepared(input)
    let graph = Graph(inputChannels: input.shape[1]) { [layer($0)] }
    let plan = try TrainingPlan(graph, inputShape: input.shape, needsInputGradient: true)
    _ = try plan.forward(input, parameters: layer.parameters)
    let gradients = try plan.backward([gradient.reshaped(to: plan.outputShapes[0])])
    guard let inputGradient = plan.inputGradient else {
      throw WorkedExampleError(.disagreement, "\(layer.title): the kernels gave no gradient of the input")
    }
    return (layer.unprepared(inputGradient), gradients)
  }
}
