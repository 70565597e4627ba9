import ComputeGraph
import Tensors
import Training

/// The way back: gradients from the loss to every parameter, and one step of gradient descent.
extension Solver {
  mutating func backward(learningRate: Float, gradient given: Tensor?, _ step: ExampleStep) throws {
    var (place, gradient) = try start(given)
    if let loss, given == nil {
      var result = SolvedStep(
        name: gradientName(loss.source), title: "backward through softmax and cross-entropy together")
      result.notes = ["∂L/∂z = p - target"]
      result.results = [NamedMatrix(gradientName(loss.source), gradient)]
      solved.append(result)
    }
    var isFirst = true
    while let trace = values[place].trace {
      gradient = try goBack(through: trace, place, gradient, learningRate: learningRate)
      place = trace.source
      isFirst = false
    }
    if isFirst { throw WorkedExampleError("there is no layer to go back through") }
  }

  private func start(_ given: Tensor?) throws -> (place: Int, gradient: Tensor) {
    if let given {
      guard let last = values.indices.last else { throw WorkedExampleError("there is nothing to go back from") }
      guard given.elementCount == values[last].tensor.elementCount else {
        throw WorkedExampleError(
          "the gradient has \(given.elementCount) numbers; expected \(values[last].tensor.elementCount), as many as "
            + values[last].name)
      }
      return (last, given.reshaped(to: values[last].tensor.shape))
    }
    guard let loss else { throw WorkedExampleError("expected crossEntropy in the step before, or gradient") }
    return (loss.source, loss.gradient)
  }

  private func gradientName(_ place: Int) -> String { "∂L/∂\(values[place].name)" }

  /// Gradient with respect to what the layer read.
  private mutating func goBack(
    through trace: Trace, _ place: Int, _ gradient: Tensor, learningRate: Float
  ) throws -> Tensor {
    let layer = trace.layer
    let input = values[trace.source].tensor
    let computed = try LayerKernels.backward(layer, input, gradient: gradient)
    var result = SolvedStep(
      name: "backward \(values[place].name)", title: "backward through \(values[place].name): \(layer.title)")
    for parameter in layer.parameterGradients(gradient: gradient, input: input) {
      try add(parameter, of: layer, values[place].name, computed.parameters, learningRate, to: &result)
    }
    // Nobody wants to change the input.
    if values[trace.source].trace != nil {
      let name = gradientName(trace.source)
      let numbers = Place.all(of: input.shape).map {
        WorkedNumber(
          place: $0.text(name, in: input.shape),
          formula: layer.inputGradient($0, gradient: gradient, input: input, output: trace.output))
      }
      try KernelCheck.compare(numbers, with: computed.input, step: result.title)
      result.numbers += numbers
      result.results.append(NamedMatrix(name, computed.input))
    }
    solved.append(result)
    return computed.input
  }

  /// A parameter's gradient, and the parameter after the step.
  private func add(
    _ parameter: ParameterFormulas, of layer: any TracedLayer, _ name: String, _ gradients: ParameterStore,
    _ learningRate: Float, to result: inout SolvedStep
  ) throws {
    guard let gradient = gradients[parameter.parameter], let before = layer.parameters[parameter.parameter] else {
      throw WorkedExampleError(.disagreement, "the kernels gave no gradient of the \(parameter.word)")
    }
    var parameters = layer.parameters
    var optimiser = StochasticGradientDescent(momentum: 0, usesNesterov: false)
    let specifications = [ParameterSpecification(name: parameter.parameter, shape: before.shape, role: .weight)]
    optimiser.step(
      parameters: &parameters, gradients: gradients, specifications: specifications, learningRate: learningRate)
    guard let after = parameters[parameter.parameter] else { return }

    // Where each element of the parameter is shown.
    let places = layer.shown(
      parameter.parameter,
      Tensor(shape: before.shape, values: (0..<before.elementCount).map { Float($0) }))
    let word = "\(parameter.word)(\(name))"
    let shape = places.shape
    func numbers(_ title: String, _ formula: (Int) -> Formula) -> [WorkedNumber] {
      Place.all(of: shape).enumerated().map { index, place in
        WorkedNumber(place: place.text(title, in: shape), formula: formula(Int(places[index])))
      }
    }
    let slopes = numbers("∂L/∂\(word)") { parameter.formulas[$0] }
    let updates = numbers("new \(word)") {
      .difference(.number(Double(before[$0])), .product(Double(learningRate), Double(gradient[$0])))
    }
    let shownGradient = layer.shown(parameter.parameter, gradient)
    let shownAfter = layer.shown(parameter.parameter, after)
    try KernelCheck.compare(slopes, with: shownGradient, step: result.title)
    try KernelCheck.compare(updates, with: shownAfter, step: result.title)
    result.numbers += slopes + updates
    result.results += [NamedMatrix("∂L/∂\(word)", shownGradient), NamedMatrix("new \(word)", shownAfter)]
  }
}
