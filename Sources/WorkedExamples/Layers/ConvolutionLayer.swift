import ComputeGraph
import Tensors

/// Kernels that slide over all channels of the input, as networks lay them down (cross-correlation), or turned by 180°
/// first (convolution).
struct ConvolutionLayer: TracedLayer {
  /// As the example gives them: [kernels × channels × rows × columns].
  var kernels: Tensor
  var biases: [Float]?
  var stride = 1
  var padding = 0
  var isTurned = false
  /// One-dimensional: padding is before and behind the signal only.
  var isSignal = false

  var symbol: String { isSignal ? "y" : "Z" }

  var title: String {
    let size = isSignal ? "\(kernels.shape[3])" : "\(kernels.shape[2])×\(kernels.shape[3])"
    let count = kernels.shape[0] == 1 ? "kernel of \(size)" : "\(kernels.shape[0]) kernels of \(size)"
    return "\(isTurned ? "convolution" : "cross-correlation"), \(count), stride \(stride), padding \(padding)"
  }

  func check(_ input: TensorShape) throws(WorkedExampleError) {
    guard input[1] == kernels.shape[1] else {
      throw WorkedExampleError(
        "the kernel has \(kernels.shape[1]) channels; expected \(input[1]), as many as what it slides over")
    }
    if isSignal && input[2] != 1 {
      throw WorkedExampleError("a kernel of one row in one list slides over a signal, not over \(input[2]) rows")
    }
    for (axis, word) in [(2, "rows"), (3, "columns")] {
      let room = input[axis] + (isSignal && axis == 2 ? 0 : 2 * padding)
      if room < kernels.shape[axis] {
        throw WorkedExampleError(
          "\(room) \(word), padding included, have no room for a kernel of \(kernels.shape[axis])")
      }
    }
  }

  func notes(input: TensorShape, output: TensorShape) -> [String] {
    let axes = isSignal ? [(3, "numbers")] : [(2, "rows"), (3, "columns")]
    var notes = axes.map { axis, word in
      let quotient =
        "(\(input[axis]) - \(kernels.shape[axis]) + 2·\(padding))/\(stride) + 1"
      return "\(word): \(quotient) = \(output[axis])"
        + ((input[axis] - kernels.shape[axis] + 2 * padding) % stride == 0 ? "" : ", rounded down")
    }
    if isTurned { notes.append("a convolution lays the kernel down turned by 180°") }
    if let biases, biases.contains(where: { $0 != 0 }) {
      notes.append("bias " + biases.map { NumberText.of(Double($0)) }.joined(separator: ", "))
    }
    return notes
  }

  var operands: [NamedMatrix] {
    let count = kernels.shape[0]
    func all(_ tensor: Tensor, _ word: String) -> [NamedMatrix] {
      (0..<count).map { index in
        NamedMatrix(count == 1 ? word : "\(word) \(index + 1)", tensor.part(index))
      }
    }
    return all(kernels, "kernel") + (isTurned ? all(applied, "turned kernel") : [])
  }

  /// As they are laid over the input.
  private var applied: Tensor { isTurned ? turned(kernels) : kernels }

  private func turned(_ tensor: Tensor) -> Tensor {
    let area = tensor.shape[2] * tensor.shape[3]
    let values = tensor.values
    return Tensor(
      shape: tensor.shape,
      values: Swift.stride(from: 0, to: values.count, by: area).flatMap { values[$0..<$0 + area].reversed() })
  }

  /// A signal gets its zeros here: the kernels would put rows of zeros above and below it too.
  func prepared(_ input: Tensor) -> Tensor {
    if !isSignal || padding == 0 { return input }
    let zeros = [Float](repeating: 0, count: padding)
    return Tensor(shape: [1, 1, 1, input.elementCount + 2 * padding], values: zeros + input.values + zeros)
  }

  func unprepared(_ gradient: Tensor) -> Tensor {
    if !isSignal || padding == 0 { return gradient }
    let values = Array(gradient.values.dropFirst(padding).dropLast(padding))
    return Tensor(shape: [1, 1, 1, values.count], values: values)
  }

  func callAsFunction(_ x: Value) -> Value {
    var geometry = ConvolutionGeometry(
      inputChannels: kernels.shape[1], outputChannels: kernels.shape[0], kernelSize: 1, stride: stride,
      padding: isSignal ? 0 : padding)
    geometry.kernelHeight = kernels.shape[2]
    geometry.kernelWidth = kernels.shape[3]
    return Convolution("layer", geometry: geometry, hasBias: biases != nil)(x)
  }

  var parameters: ParameterStore {
    var store = ParameterStore()
    store["layer.weight"] = applied
    if let biases { store["layer.bias"] = Tensor(shape: [biases.count], values: biases) }
    return store
  }

  func termCount(input: TensorShape) -> Int { kernels.elementCount / kernels.shape[0] + 1 }

  func formula(_ place: Place, of input: Tensor) -> Formula {
    let weights = applied
    var terms: [Formula] = []
    for channel in 0..<weights.shape[1] {
      for (i, j) in taps {
        terms.append(
          .product(
            input.number(channel, place.row * stride + i - rowPadding, place.column * stride + j - padding),
            weight(weights, place.channel, channel, i, j)))
      }
    }
    if let biases { terms.append(.number(Double(biases[place.channel]))) }
    return .sum(terms)
  }

  /// ∂L/∂X: every result that an element went into sends its gradient back, times the weight on the way.
  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula {
    let weights = applied
    var terms: [Formula] = []
    for kernel in 0..<weights.shape[0] {
      for (i, j) in taps {
        let (row, column) = (place.row + rowPadding - i, place.column + padding - j)
        guard row >= 0, column >= 0, row % stride == 0, column % stride == 0, row / stride < gradient.shape[2],
          column / stride < gradient.shape[3]
        else { continue }
        terms.append(
          .product(
            gradient.number(kernel, row / stride, column / stride), weight(weights, kernel, place.channel, i, j)))
      }
    }
    return .sum(terms)
  }

  /// ∂L/∂K is the cross-correlation of the input with the result's gradient.
  func parameterGradients(gradient: Tensor, input: Tensor) -> [ParameterFormulas] {
    var formulas: [Formula] = []
    for kernel in 0..<kernels.shape[0] {
      for channel in 0..<kernels.shape[1] {
        for (i, j) in taps {
          formulas.append(
            .sum(
              positions(of: gradient).map { row, column in
                .product(
                  input.number(channel, row * stride + i - rowPadding, column * stride + j - padding),
                  gradient.number(kernel, row, column))
              }))
        }
      }
    }
    var result = [ParameterFormulas(parameter: "layer.weight", word: "kernel", formulas: formulas)]
    if biases != nil {
      let sums = (0..<kernels.shape[0]).map { kernel in
        Formula.sum(positions(of: gradient).map { .number(gradient.number(kernel, $0.row, $0.column)) })
      }
      result.append(ParameterFormulas(parameter: "layer.bias", word: "bias", formulas: sums))
    }
    return result
  }

  func shown(_ parameter: String, _ values: Tensor) -> Tensor {
    if parameter == "layer.bias" { return values.reshaped(to: [1, values.elementCount, 1, 1]) }
    let kernels = isTurned ? turned(values) : values
    return kernels.reshaped(
      to: [1, kernels.shape[0] * kernels.shape[1], kernels.shape[2], kernels.shape[3]])
  }

  private var rowPadding: Int { isSignal ? 0 : padding }

  private var taps: [(Int, Int)] {
    (0..<kernels.shape[2]).flatMap { i in (0..<kernels.shape[3]).map { (i, $0) } }
  }

  private func positions(of map: Tensor) -> [(row: Int, column: Int)] {
    (0..<map.shape[2]).flatMap { row in (0..<map.shape[3]).map { (row, $0) } }
  }

  private func weight(_ weights: Tensor, _ kernel: Int, _ channel: Int, _ i: Int, _ j: Int) -> Double {
    weights.number(kernel * weights.shape[1] + channel, i, j)
  }
}

extension Tensor {
  /// One kernel of several: 1 × channels × rows × columns.
  fileprivate func part(_ index: Int) -> Tensor {
    let count = elementCount / shape[0]
    return Tensor(
      shape: [1, shape[1], shape[2], shape[3]], values: Array(values[index * count..<(index + 1) * count]))
  }
}
