import DetectionUtilities
import Tensors

extension WorkedExample {
  /// Works the example: every number by the production kernels, and by the formula that is written out for it.
  ///
  /// Throws a ``WorkedExampleError`` where a step does not fit what it works on, where formula and kernels differ, and where
  /// a result is not the one that the file says.
  public func solve() throws -> Solution {
    var solver = Solver(inputs: inputs)
    for step in steps {
      do {
        try solver.work(step)
      } catch let error as WorkedExampleError {
        throw step.place.placing(error)
      }
    }
    return Solution(title: title, inputs: inputs, steps: solver.solved)
  }
}

/// Works one step after the other, and remembers what came out and how.
struct Solver {
  /// A layer at work.
  struct Trace {
    var layer: any TracedLayer
    /// Of the value that it read.
    var source: Int
    var output: Tensor
  }

  /// What has a name so far, and which layer made it; nil for an input.
  var values: [(name: String, tensor: Tensor, trace: Trace?)]
  var solved: [SolvedStep] = []
  /// The logits, their value's place, and the gradient of the loss with respect to them.
  var loss: (source: Int, gradient: Tensor)?

  init(inputs: [NamedMatrix]) {
    values = inputs.map { ($0.name, $0.values, nil) }
  }

  mutating func work(_ step: ExampleStep) throws {
    let first = solved.count
    switch step.work {
    case .layer(let layer): try forward(layer, step)
    case .crossEntropy(let target): try crossEntropy(target: target, step)
    case .backward(let rate, let gradient): try backward(learningRate: rate, gradient: gradient, step)
    case .iou(let work): solved.append(try work.solve(name: newName(step, "IoU")))
    case .anchorMatching(let work): solved.append(try work.solve(name: newName(step, "matches")))
    case .suppression(let work): solved.append(try work.solve(name: newName(step, "kept")))
    case .averagePrecision(let work): solved.append(try work.solve(name: newName(step, "AP")))
    }
    if let expected = step.expected, solved.count > first { try check(solved[first], expected, step) }
  }

  private mutating func forward(_ layer: any TracedLayer, _ step: ExampleStep) throws {
    let source = try source(step)
    let input = values[source].tensor
    try layer.check(input.shape)
    try LayerKernels.checkSize(layer, input)
    let output = try LayerKernels.forward(layer, input)
    let name = newName(step, layer.symbol)
    var result = SolvedStep(name: name, title: "\(layer.title), of \(values[source].name)")
    result.notes = layer.notes(input: input.shape, output: output.shape)
    result.operands = layer.operands
    result.numbers = Place.all(of: output.shape).map {
      WorkedNumber(place: $0.text(name, in: output.shape), formula: layer.formula($0, of: input))
    }
    try KernelCheck.compare(result.numbers, with: output, step: layer.title)
    result.results = [NamedMatrix(name, output)]
    solved.append(result)
    values.append((name, output, Trace(layer: layer, source: source, output: output)))
    loss = nil
  }

  private mutating func crossEntropy(target: Int, _ step: ExampleStep) throws {
    guard let trace = values[try source(step)].trace, trace.layer is SoftmaxLayer else {
      throw WorkedExampleError("expected the result of softmax to work on")
    }
    let logits = values[trace.source].tensor.values.map(Double.init)
    guard target < logits.count else {
      throw WorkedExampleError("the target has more than \(logits.count) numbers, one for every class")
    }
    let computed = CrossEntropyLoss.valueAndGradient(logits, label: target)
    let name = newName(step, "L")
    var result = SolvedStep(name: name, title: "cross-entropy, class \(target + 1) is right")
    result.notes = ["-ln p[\(target + 1)], written with the logits: ln Σ e^z - z[\(target + 1)]"]
    let number = WorkedNumber(
      place: name, formula: .difference(.logarithmOfSum(logits), .number(logits[target])))
    try KernelCheck.compare(number, with: computed.value, step: result.title)
    result.numbers = [number]
    result.results = [NamedMatrix(name, Tensor(shape: [1, 1, 1, 1], values: [Float(computed.value)]))]
    solved.append(result)
    let gradient = Tensor(shape: values[trace.source].tensor.shape, values: computed.gradient.map { Float($0) })
    loss = (trace.source, gradient)
  }

  private func source(_ step: ExampleStep) throws -> Int {
    guard let name = step.source else {
      guard let last = values.indices.last else {
        throw WorkedExampleError("there is nothing to work on; the file has no input")
      }
      return last
    }
    guard let index = values.lastIndex(where: { $0.name == name }) else {
      let known = values.map(\.name).joined(separator: ", ")
      throw WorkedExampleError("there is no result called \(name); known are \(known)")
    }
    return index
  }

  /// The step's own, or the layer's symbol with a number where it is taken.
  func newName(_ step: ExampleStep, _ symbol: String) -> String {
    if let name = step.name { return name }
    let taken = Set(values.map(\.name) + solved.map(\.name))
    if !taken.contains(symbol) { return symbol }
    return (2...).lazy.map { "\(symbol)\($0)" }.first { !taken.contains($0) } ?? symbol
  }

  private func check(_ result: SolvedStep, _ expected: ExampleStep.Expected, _ step: ExampleStep) throws {
    func fail(_ found: [String], _ wanted: [String], _ line: Int?) -> WorkedExampleError {
      step.place.error(
        "the result is \(found.joined(separator: " ")), but the file expects \(wanted.joined(separator: " "))",
        .unexpectedResult, line: line)
    }
    switch expected {
    case .words(let words, let line):
      if result.words != words { throw fail(result.words, words, line) }
    case .numbers(let numbers, let line):
      let written = numbers.map { NumberText.of(Double($0)) }
      guard let found = result.result else {
        if result.words != written { throw fail(result.words, written, line) }
        return
      }
      // As many digits as people write down.
      let scale = numbers.map(abs).max() ?? 0
      let agrees =
        found.elementCount == numbers.count
        && zip(found.values, numbers).allSatisfy { abs($0 - $1) <= 5e-4 * abs($1) + 1e-6 * scale }
      if !agrees { throw fail(found.values.map { NumberText.of(Double($0)) }, written, line) }
    }
  }
}
