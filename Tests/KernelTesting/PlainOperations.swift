import ComputeGraph
import Foundation
import Tensors

/// A convolution as a plain loop. It sums over windows of its source, a transposed one over windows of its destination;
/// the windowed map is the large one.
package func plainConvolution(
  _ geometry: ConvolutionGeometry, _ x: [Double], _ source: TensorShape, _ weights: [Double], _ bias: [Double]?,
  destination: TensorShape
) -> [Double] {
  let (large, small) = geometry.isTransposed ? (destination, source) : (source, destination)
  let largePerGroup = large[1] / geometry.groups
  let smallPerGroup = small[1] / geometry.groups
  let area = destination[2] * destination[3]
  var result = (0..<destination.elementCount).map { bias?[$0 / area % destination[1]] ?? 0 }
  result.withUnsafeMutableBufferPointer { result in
    x.withUnsafeBufferPointer { x in
      for map in 0..<small[0] * small[1] {
        let (image, channel) = (map / small[1], map % small[1])
        for part in 0..<largePerGroup {
          let largeMap = image * large[1] + channel / smallPerGroup * largePerGroup + part
          for tap in 0..<geometry.kernelHeight * geometry.kernelWidth {
            let weight = weights[(channel * largePerGroup + part) * geometry.kernelHeight * geometry.kernelWidth + tap]
            let down = tap / geometry.kernelWidth * geometry.dilation - geometry.padding
            let right = tap % geometry.kernelWidth * geometry.dilation - geometry.padding
            // Columns of the small map whose tap lies inside of the large one.
            let first = max(0, (geometry.stride - 1 - right) / geometry.stride)
            let last = min(small[3], (large[3] - 1 - right + geometry.stride) / geometry.stride)
            for row in 0..<small[2] {
              let y = row * geometry.stride + down
              if y < 0 || y >= large[2] || first >= last { continue }
              var largeElement = (largeMap * large[2] + y) * large[3] + first * geometry.stride + right
              let smallRow = (map * small[2] + row) * small[3]
              for smallElement in smallRow + first..<smallRow + last {
                if geometry.isTransposed {
                  result[largeElement] += x[smallElement] * weight
                } else {
                  result[smallElement] += x[largeElement] * weight
                }
                largeElement += geometry.stride
              }
            }
          }
        }
      }
    }
  }
  return result
}

package func plainPooling(
  _ geometry: PoolingGeometry, _ x: [Double], _ source: TensorShape, _ destination: TensorShape
) -> [Double] {
  (0..<destination.elementCount).map { element in
    let map = element / (destination[2] * destination[3])
    let top = element / destination[3] % destination[2] * geometry.stride - geometry.padding
    let left = element % destination[3] * geometry.stride - geometry.padding
    let rows = max(top, 0)..<min(top + geometry.kernelSize, source[2])
    let columns = max(left, 0)..<min(left + geometry.kernelSize, source[3])
    let window = rows.flatMap { row in columns.map { x[(map * source[2] + row) * source[3] + $0] } }
    switch geometry.kind {
    case .maximum: return window.max() ?? -.infinity
    case .average(let countsPadding):
      let padded =
        (min(top + geometry.kernelSize, source[2] + geometry.padding) - top)
        * (min(left + geometry.kernelSize, source[3] + geometry.padding) - left)
      return window.reduce(0, +) / Double(countsPadding ? padded : window.count)
    }
  }
}

package func plainInnerProduct(
  _ x: [Double], _ source: TensorShape, _ weights: [Double], _ bias: [Double]?, _ destination: TensorShape
) -> [Double] {
  (0..<destination.elementCount).map { element in
    let (row, output) = (element / destination[1], element % destination[1])
    return (0..<source[1]).reduce(bias?[output] ?? 0) {
      $0 + x[row * source[1] + $1] * weights[output * source[1] + $1]
    }
  }
}

/// Over axis 1.
package func plainSoftmax(_ x: [Double], _ shape: TensorShape) -> [Double] {
  let area = shape.elementCount / shape[0] / shape[1]
  return x.indices.map { element in
    let first = element / (area * shape[1]) * area * shape[1] + element % area
    let sum = (0..<shape[1]).reduce(0) { $0 + exp(x[first + $1 * area] - x[element]) }
    return 1 / sum
  }
}

/// Darknet's `reorg_cpu`, as a loop over the stretched map that it imagines: the input's numbers as a map of fewer channels
/// and `stride` times the rows and columns.
package func plainReorganization(_ x: [Double], _ source: TensorShape, stride: Int) -> [Double] {
  let (rows, columns) = (source[2], source[3])
  let (fewer, tall, wide) = (source[1] / (stride * stride), rows * stride, columns * stride)
  var result = [Double](repeating: 0, count: x.count)
  for (element, value) in x.enumerated() {
    let (column, row) = (element % wide, element / wide % tall)
    let (channel, image) = (element / (wide * tall) % fewer, element / (wide * tall * fewer))
    let offset = row % stride * stride + column % stride
    let place = (image * source[1] + offset * fewer + channel) * rows * columns
    result[place + row / stride * columns + column / stride] = value
  }
  return result
}

/// Each rearrangement by its definition, as a loop over the input where that is plainer.
package func plainRearrangement(
  _ rearrangement: Rearrangement, _ x: [Double], _ source: TensorShape, _ destination: TensorShape
) -> [Double] {
  if case .reorganization(let stride) = rearrangement { return plainReorganization(x, source, stride: stride) }
  let (channels, rows, columns) = (source[1], source[2], source[3])
  var result = [Double](repeating: 0, count: destination.elementCount)
  func value(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Double {
    guard (0..<rows).contains(row), (0..<columns).contains(column) else { return 0 }
    return x[((image * channels + channel) * rows + row) * columns + column]
  }
  for element in result.indices {
    let (column, row) = (element % destination[3], element / destination[3] % destination[2])
    let (channel, image) = (
      element / (destination[2] * destination[3]) % destination[1],
      element / (destination[1] * destination[2] * destination[3])
    )
    switch rearrangement {
    case .reorganization: break
    case .spaceToDepth(let stride):
      result[element] = value(
        image, channel % channels, row * stride + channel / channels / stride,
        column * stride + channel / channels % stride)
    case .depthToSpace(let stride):
      let square = row % stride * stride + column % stride
      result[element] = value(
        image, square * channels / (stride * stride) + channel, row / stride, column / stride)
    case .crop(let kept, let keptColumns):
      result[element] = value(image, channel, kept.lowerBound + row, keptColumns.lowerBound + column)
    case .sampling(let rowStride, let columnStride):
      result[element] = value(image, channel, row * rowStride, column * columnStride)
    case .repetition: result[element] = value(image, 0, row, column)
    case .patches(let size, let stride, let padding):
      let wide = (columns + 2 * padding - size) / stride + 1
      let (place, within) = channel.quotientAndRemainder(dividingBy: channels * size * size)
      result[element] = value(
        image, within / (size * size), place / wide * stride + within / size % size - padding,
        place % wide * stride + within % size - padding)
    case .positions(_, let wide):
      result[element] = value(image, (row * wide + column) * destination[1] + channel, 0, 0)
    case .zeroChannels(let before, _):
      let isOwn = channel >= before && channel < before + channels
      result[element] = isOwn ? value(image, channel - before, row, column) : 0
    }
  }
  return result
}

/// y_c = x_c / (k + α/n · Σ x_j²)^β over the channels whose distance is at most n/2.
package func plainLocalResponseNormalization(
  _ layer: LocalResponseNormalizationOperation, _ x: [Double], _ shape: TensorShape
) -> [Double] {
  let area = shape[2] * shape[3]
  return x.indices.map { element in
    let channel = element / area % shape[1]
    let squares = (0..<shape[1]).filter { abs($0 - channel) <= layer.channelCount / 2 }.map { other in
      x[element + (other - channel) * area] * x[element + (other - channel) * area]
    }
    let base = Double(layer.offset) + Double(layer.scale) / Double(layer.channelCount) * squares.reduce(0, +)
    return x[element] / pow(base, Double(layer.exponent))
  }
}

/// Means over a grid of windows, as PyTorch's `AdaptiveAvgPool2d` has them.
package func plainAdaptiveAveragePooling(
  _ operation: AdaptiveAveragePoolingOperation, _ x: [Double], _ source: TensorShape, _ destination: TensorShape
) -> [Double] {
  func window(_ index: Int, _ extent: Int, _ count: Int) -> (start: Int, end: Int) {
    (
      Int((Double(index * extent) / Double(count)).rounded(.down)),
      Int((Double((index + 1) * extent) / Double(count)).rounded(.up))
    )
  }
  return (0..<destination.elementCount).map { element in
    let (column, row) = (element % destination[3], element / destination[3] % destination[2])
    let map = element / (destination[2] * destination[3])
    let (rows, columns) = (window(row, source[2], operation.rows), window(column, source[3], operation.columns))
    var sum = 0.0
    for y in rows.start..<rows.end {
      for x_ in columns.start..<columns.end { sum += x[(map * source[2] + y) * source[3] + x_] }
    }
    return sum / Double((rows.end - rows.start) * (columns.end - columns.start))
  }
}

/// The root of the sum of squares of what lies under each window.
package func plainL2Pooling(
  _ layer: L2PoolingOperation, _ x: [Double], _ source: TensorShape, _ destination: TensorShape
) -> [Double] {
  (0..<destination.elementCount).map { element in
    let (column, row) = (element % destination[3], element / destination[3] % destination[2])
    let plane = element / (destination[2] * destination[3])
    var sum = 0.0
    for i in 0..<layer.kernelSize {
      for j in 0..<layer.kernelSize {
        let (y, x0) = (row * layer.stride - layer.padding + i, column * layer.stride - layer.padding + j)
        guard (0..<source[2]).contains(y), (0..<source[3]).contains(x0) else { continue }
        let value = x[(plane * source[2] + y) * source[3] + x0]
        sum += value * value
      }
    }
    return sum.squareRoot()
  }
}

/// The two places between which an element of a resized axis lies, and how far it is from the first to the second; elements
/// stand at the middles of their cells.
package func bilinearPlaces(_ index: Int, of count: Int, in extent: Int) -> (low: Int, high: Int, weight: Double) {
  let place = max(0, (Double(index) + 0.5) * Double(extent) / Double(count) - 0.5)
  let low = min(Int(place.rounded(.down)), extent - 1)
  return (low, min(low + 1, extent - 1), place - Double(low))
}

/// A map resized as PyTorch's `interpolate(mode="bilinear", align_corners=False)` does it.
package func plainBilinearResizing(_ x: [Double], _ source: TensorShape, _ destination: TensorShape) -> [Double] {
  (0..<destination.elementCount).map { element in
    let map = element / (destination[2] * destination[3])
    let rows = bilinearPlaces(element / destination[3] % destination[2], of: destination[2], in: source[2])
    let columns = bilinearPlaces(element % destination[3], of: destination[3], in: source[3])
    func blend(_ row: Int) -> Double {
      let start = (map * source[2] + row) * source[3]
      return x[start + columns.low] * (1 - columns.weight) + x[start + columns.high] * columns.weight
    }
    return blend(rows.low) * (1 - rows.weight) + blend(rows.high) * rows.weight
  }
}
