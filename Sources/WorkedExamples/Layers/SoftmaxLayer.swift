import ComputeGraph
import Tensors

/// e^z of every number over the sum of all, for a vector.
struct SoftmaxLayer: TracedLayer {
  var title: String { "softmax" }
  var symbol: String { "p" }

  func check(_ input: TensorShape) throws(WorkedExampleError) {
    guard input[2] == 1, input[3] == 1 else {
      throw WorkedExampleError("softmax is of a vector, such as a fully connected layer gives; found \(input)")
    }
  }

  func callAsFunction(_ x: Value) -> Value { x.softmax() }

  func termCount(input: TensorShape) -> Int { input.elementCount + 1 }

  func formula(_ place: Place, of input: Tensor) -> Formula {
    .quotient(.exponential(input.number(place)), .sum(input.values.map { .exponential(Double($0)) }))
  }

  /// p · (∂L/∂p − Σ p · ∂L/∂p).
  func inputGradient(_ place: Place, gradient: Tensor, input: Tensor, output: Tensor) -> Formula {
    let own = output.number(place)
    return .sum(
      (0..<output.elementCount).map { other in
        let factor = (other == place.channel ? 1 : 0) - Double(output[other])
        return .product(Double(gradient[other]), own * factor)
      })
  }
}
