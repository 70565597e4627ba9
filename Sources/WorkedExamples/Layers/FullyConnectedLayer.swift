import ComputeGraph
import Tensors

/// Every output is a weighted sum of all inputs, taken channel after channel, row after row.
struct FullyConnectedLayer: TracedLayer {
  /// [1 × 1 × outputs × inputs].
  var weights: Tensor
  var biases: [Float]?

  private var outputCount: Int { weights.shape[2] }
  private var inputCount: Int { weights.shape[3] }

  var title: String { "fully connected, \(inputCount) to \(outputCount)" }
  var symbol: String { "z" }

  func check(_ input: TensorShape) throws(WorkedExampleError) {
    guard input.elementCount == inputCount else {
      throw WorkedExampleError(
        "a row of weights has \(inputCount) numbers; expected \(input.elementCount), one for every input")
    }
  }

  func notes(input: TensorShape, output: TensorShape) -> [String] {
    biases.map { ["bias " + $0.map { NumberText.of(Double($0)) }.joined(separator: ", ")] } ?? []
  }

  var operands: [NamedMatrix] { [NamedMatrix("weights", weights)] }

  func callAsFunction(_ x: Value) -> Value {
    InnerProduct("layer", inputFeatures: inputCount, outputFeatures: outputCount, hasBias: biases != nil)(x)
  }

  var parameters: ParameterStore {
    var store = ParameterStore()
    store["layer.weight"] = weights.reshaped(to: [outputCount, inputCount])
    if let biases { store["layer.bias"] = Tensor(shape: [biases.count], values: biases) }
    return store
  }

  func termCount(input: TensorShape) -> Int { inputCount + 1 }

  func formula(_ place: Place, of input: Tensor) -> Formula {
    let products = (0..<inputCount).map { index in
      Formula.product(Double(input[index]), weights.number(0, place.channel, index))
    }
    return .sum(products + (biases.map { [.number(Double($0[place.channel]))] } ?? []))
  }

  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula {
    let index = (place.channel * input.shape[2] + place.row) * input.shape[3] + place.column
    return .sum((0..<outputCount).map { .product(Double(gradient[$0]), weights.number(0, $0, index)) })
  }

  func parameterGradients(gradient: Tensor, input: Tensor) -> [ParameterFormulas] {
    let products = (0..<outputCount).flatMap { output in
      (0..<inputCount).map { Formula.product(Double(gradient[output]), Double(input[$0])) }
    }
    var result = [ParameterFormulas(parameter: "layer.weight", word: "weights", formulas: products)]
    if biases != nil {
      let sums = (0..<outputCount).map { Formula.number(Double(gradient[$0])) }
      result.append(ParameterFormulas(parameter: "layer.bias", word: "bias", formulas: sums))
    }
    return result
  }

  func shown(_ parameter: String, _ values: Tensor) -> Tensor {
    parameter == "layer.bias"
      ? values.reshaped(to: [1, outputCount, 1, 1]) : values.reshaped(to: [1, 1, outputCount, inputCount])
  }
}
