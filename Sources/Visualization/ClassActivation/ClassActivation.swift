import ImageCodecs
import Tensors

/// How a layer's map and the gradient of a score with respect to it become a map of what mattered.
public enum ClassActivation: String, CaseIterable, Hashable, Sendable {
  /// Every channel is weighted by the mean of its gradient (Selvaraju et al. 2017, section 3).
  case gradCAM = "grad-cam"
  /// Every element is weighted by its own gradient where that is positive (Jiang et al. 2021, section III).
  case layerCAM = "layer-cam"

  public var title: String {
    switch self {
    case .gradCAM: "Grad-CAM"
    case .layerCAM: "LayerCAM"
    }
  }

  /// - Parameters:
  ///   - activations: 1×C×H×W.
  ///   - gradient: likewise.
  public func callAsFunction(activations: Tensor, gradient: Tensor) -> Heatmap {
    precondition(activations.shape == gradient.shape && activations.shape.rank == 4, "a map and its gradient")
    let (channels, rows, columns) = (activations.shape[1], activations.shape[2], activations.shape[3])
    let area = rows * columns
    var sums = [Float](repeating: 0, count: area)
    activations.withUnsafeBufferPointer { values in
      gradient.withUnsafeBufferPointer { slopes in
        for channel in 0..<channels {
          let range = channel * area..<(channel + 1) * area
          switch self {
          case .gradCAM:
            let weight = slopes[range].reduce(0, +) / Float(area)
            for cell in 0..<area { sums[cell] += weight * values[range.lowerBound + cell] }
          case .layerCAM:
            for cell in 0..<area {
              let place = range.lowerBound + cell
              sums[cell] += max(0, slopes[place]) * values[place]
            }
          }
        }
      }
    }
    return Heatmap(size: ImageSize(width: columns, height: rows), values: sums.map { max(0, $0) })
  }
}
