import ComputeGraph
import Tensors

/// Scales gradients down when their common norm is too large (Pascanu et al. 2013, algorithm 1).
public enum GradientClipping {
  /// The Euclidean norm of all gradients together, in double precision: finite exactly when every element is.
  public static func globalNorm(of gradients: ParameterStore) -> Double {
    var sum = 0.0
    for name in gradients.names {
      guard let tensor = gradients[name] else { continue }
      sum += tensor.withUnsafeBufferPointer(sumOfSquares)
    }
    return sum.squareRoot()
  }

  /// Multiplies all gradients by maximum / (norm + 10⁻⁶) where that is below 1, as PyTorch does.
  ///
  /// - Returns: the norm before clipping. Where it is not finite nothing is changed: there is no direction to keep.
  /// - Precondition: `maximum` is positive.
  @discardableResult
  public static func clip(_ gradients: inout ParameterStore, toGlobalNorm maximum: Double) -> Double {
    let norm = globalNorm(of: gradients)
    scale(&gradients, norm: norm, toGlobalNorm: maximum)
    return norm
  }

  /// ``clip(_:toGlobalNorm:)`` for a norm that is known already.
  public static func scale(_ gradients: inout ParameterStore, norm: Double, toGlobalNorm maximum: Double) {
    precondition(maximum > 0, "the largest norm is positive, not \(maximum)")
    let factor = maximum / (norm + 1e-6)
    guard norm.isFinite, factor < 1 else { return }
    let scale = Float(factor)
    for name in gradients.names {
      gradients.update(name) { gradient in
        gradient.withUnsafeMutableBufferPointer { elements in
          for index in elements.indices { elements[index] *= scale }
        }
      }
    }
  }

  /// The first tensor with an infinite or undefined element, in the store's order.
  public static func firstNonFiniteTensor(in gradients: ParameterStore) -> String? {
    gradients.names.first { name in
      gradients[name]?.withUnsafeBufferPointer { !sumOfSquares($0).isFinite } ?? false
    }
  }

  /// Eight sums side by side: floating-point addition may not be reordered by the compiler, so we order it.
  private static func sumOfSquares(_ elements: UnsafeBufferPointer<Float>) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = elements.count / 8 * 8
    let bytes = UnsafeRawBufferPointer(elements)
    for index in stride(from: 0, to: whole, by: 8) {
      let piece = SIMD8<Double>(
        bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Float>.self))
      sums += piece * piece
    }
    return elements[whole...].reduce(sums.sum()) { $0 + Double($1) * Double($1) }
  }
}
