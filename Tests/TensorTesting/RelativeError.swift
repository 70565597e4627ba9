import Tensors

/// The largest difference of two tensors in units of the reference's largest element; infinite for NaN.
package func relativeError(_ result: Tensor, _ reference: [Double]) -> Double {
  guard result.elementCount == reference.count else { return .infinity }
  let scale = reference.reduce(1e-30) { max($0, abs($1)) }
  var largest = 0.0
  for (value, expected) in zip(result.values, reference) {
    let difference = abs(Double(value) - expected) / scale
    if !difference.isFinite { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}

extension Tensor {
  /// The elements in double precision.
  package var doubles: [Double] { values.map(Double.init) }
}
