import ComputeGraph
import Tensors

/// Convolutions and their gradients as plain loops in double precision, straight from the definition.
///
/// A convolution sums over windows of its source, a transposed one over windows of its destination; with the windowed
/// map called the large one and the other the small one, both and all their gradients are sums over the same triples.
struct PlainConvolution {
  var geometry: ConvolutionGeometry
  var source: TensorShape

  var destination: TensorShape {
    [
      source[0], geometry.outputChannels, geometry.outputExtent(source[2], kernel: geometry.kernelHeight),
      geometry.outputExtent(source[3], kernel: geometry.kernelWidth),
    ]
  }

  /// Calls `body` with the elements of large map, weights and small map that meet.
  private func forEachTriple(_ body: (_ large: Int, _ weight: Int, _ small: Int) -> Void) {
    let (large, small) = geometry.isTransposed ? (destination, source) : (source, destination)
    let kernel = (height: geometry.kernelHeight, width: geometry.kernelWidth)
    let largePerGroup = large[1] / geometry.groups
    let smallPerGroup = small[1] / geometry.groups
    for image in 0..<small[0] {
      for smallChannel in 0..<small[1] {
        for part in 0..<largePerGroup {
          let largeChannel = smallChannel / smallPerGroup * largePerGroup + part
          for row in 0..<small[2] {
            for column in 0..<small[3] {
              for kernelRow in 0..<kernel.height {
                let y = row * geometry.stride - geometry.padding + kernelRow * geometry.dilation
                if y < 0 || y >= large[2] { continue }
                for kernelColumn in 0..<kernel.width {
                  let x = column * geometry.stride - geometry.padding + kernelColumn * geometry.dilation
                  if x < 0 || x >= large[3] { continue }
                  body(
                    ((image * large[1] + largeChannel) * large[2] + y) * large[3] + x,
                    ((smallChannel * largePerGroup + part) * kernel.height + kernelRow) * kernel.width + kernelColumn,
                    ((image * small[1] + smallChannel) * small[2] + row) * small[3] + column)
                }
              }
            }
          }
        }
      }
    }
  }

  func forward(_ values: [Double], weights: [Double], bias: [Double]?) -> [Double] {
    let area = destination[2] * destination[3]
    var result = (0..<destination.elementCount).map { bias?[$0 / area % destination[1]] ?? 0 }
    forEachTriple { large, weight, small in
      if geometry.isTransposed {
        result[large] += values[small] * weights[weight]
      } else {
        result[small] += values[large] * weights[weight]
      }
    }
    return result
  }

  func sourceGradient(_ gradient: [Double], weights: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: source.elementCount)
    forEachTriple { large, weight, small in
      if geometry.isTransposed {
        result[small] += gradient[large] * weights[weight]
      } else {
        result[large] += gradient[small] * weights[weight]
      }
    }
    return result
  }

  func weightsGradient(_ values: [Double], _ gradient: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: geometry.weightShape.elementCount)
    forEachTriple { large, weight, small in
      result[weight] += geometry.isTransposed ? values[small] * gradient[large] : values[large] * gradient[small]
    }
    return result
  }

  func biasGradient(_ gradient: [Double]) -> [Double] {
    let area = destination[2] * destination[3]
    var result = [Double](repeating: 0, count: destination[1])
    for (index, value) in gradient.enumerated() { result[index / area % destination[1]] += value }
    return result
  }
}
