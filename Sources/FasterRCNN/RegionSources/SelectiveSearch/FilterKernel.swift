import Foundation
import ImageCodecs

/// The weights of a one-dimensional filter, applied along rows or columns of a plane [height × width].
package struct FilterKernel: Hashable, Sendable {
  /// An odd number, the middle one for the pixel itself.
  package let weights: [Float]

  private var radius: Int { weights.count / 2 }

  /// A Gaussian cut off at three standard deviations; its weights sum to 1.
  package static func gaussian(sigma: Double) -> FilterKernel {
    let offsets = offsets(sigma: sigma)
    let bell = offsets.map { exp(-$0 * $0 / (2 * sigma * sigma)) }
    let sum = bell.reduce(0, +)
    return FilterKernel(weights: bell.map { Float($0 / sum) })
  }

  /// The derivative of that Gaussian; on a ramp that rises by 1 a pixel it gives 1.
  package static func gaussianDerivative(sigma: Double) -> FilterKernel {
    let offsets = offsets(sigma: sigma)
    let slope = offsets.map { $0 * exp(-$0 * $0 / (2 * sigma * sigma)) }
    let rise = zip(offsets, slope).reduce(0) { $0 + $1.0 * $1.1 }
    return FilterKernel(weights: slope.map { Float($0 / rise) })
  }

  private static func offsets(sigma: Double) -> [Double] {
    let radius = Int((3 * sigma).rounded(.up))
    return (-radius...radius).map(Double.init)
  }

  package func appliedAcross(_ plane: [Float], size: ImageSize) -> [Float] {
    var result = [Float](repeating: 0, count: plane.count)
    var row = [Float](repeating: 0, count: size.width + 2 * radius)
    for y in 0..<size.height {
      let start = y * size.width
      for x in row.indices { row[x] = plane[start + min(max(x - radius, 0), size.width - 1)] }
      for (tap, weight) in weights.enumerated() {
        for x in 0..<size.width { result[start + x] += weight * row[x + tap] }
      }
    }
    return result
  }

  package func appliedDown(_ plane: [Float], size: ImageSize) -> [Float] {
    var result = [Float](repeating: 0, count: plane.count)
    for y in 0..<size.height {
      let start = y * size.width
      for (tap, weight) in weights.enumerated() {
        let source = min(max(y + tap - radius, 0), size.height - 1) * size.width
        for x in 0..<size.width { result[start + x] += weight * plane[source + x] }
      }
    }
    return result
  }
}
