import ComputeGraph
import Tensors

/// max(0, x) of every number.
struct ReLULayer: TracedLayer {
  var title: String { "ReLU" }
  var symbol: String { "A" }

  func check(_ input: TensorShape) throws(WorkedExampleError) {}

  func callAsFunction(_ x: Value) -> Value { x.relu() }

  func termCount(input: TensorShape) -> Int { 2 }

  func formula(_ place: Place, of input: Tensor) -> Formula { .maximum([0, input.number(place)]) }

  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula {
    let value = input.number(place)
    return .gated(
      gradient.number(place), isOpen: value > 0, condition: "\(NumberText.of(value)) \(value > 0 ? ">" : "≤") 0")
  }
}
