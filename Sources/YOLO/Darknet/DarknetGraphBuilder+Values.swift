import ComputeGraph
import Tensors

extension DarknetGraphBuilder {
  /// - Precondition: ``check()`` has succeeded.
  func build(_ images: Value) -> [Value] {
    var values: [Value] = []
    for (index, layer) in layers.enumerated() {
      values.append(value(of: layer, index, values.last ?? images, values))
    }
    return outputLayers.map { $0 < values.count ? values[$0] : images }
  }

  private func value(of layer: DarknetLayer, _ index: Int, _ x: Value, _ values: [Value]) -> Value {
    let input = inputShape(of: index)
    switch layer {
    case .convolution(let node): return convolution(node, index, x)
    case .connected(let outputs, let hasNormalization, let activation):
      return connected(outputs, hasNormalization, activation, index, x)
    case .local(_, let size, let stride, let padding, let activation):
      return local(size, stride, padding, activation, index, x)
    case .normalization: return normalization(index, input.channels, x)
    case .maximumPooling(let window): return pooled(window, kind: .maximum, x)
    case .averagePooling(let window): return pooled(window, kind: .average(countsPadding: false), x)
    case .globalAveragePooling: return x.globallyAveraged()
    case .route(let sources, let groups, let group):
      let parts = sources.map { source in
        let count = shapes[source].channels / groups
        return groups == 1 ? values[source] : values[source].channels(from: group * count, count: count)
      }
      return parts.count == 1 ? parts[0] : .concatenated(parts)
    case .shortcut(let sources, let activation):
      return activation(
        sources.reduce(x) { sum, source in
          // Of a larger map Redmon's Darknet adds every second row and column; later versions refuse it.
          let factor = shapes[source].multiple(of: input) ?? 1
          let other = factor == 1 ? values[source] : values[source].sampled(factor)
          return self.sum(sum, input.channels, other, shapes[source].channels)
        })
    case .scaling(let source, let perPosition, let activation):
      let factors = perPosition ? x.rearranged(.repetition(count: shapes[source].channels)) : x
      return activation(values[source] * factors)
    case .product(let source, let activation): return activation(values[source] * x)
    case .activation(let activation): return activation(x)
    case .upsampling(let factor, let scale): return x.upsampled(by: factor).scaled(by: scale)
    case .rearrangement(.reorganization(let stride)): return x.reorganized(stride: stride)
    case .rearrangement(let rearrangement): return x.rearranged(rearrangement)
    case .crop(let rows, let columns, let adjusts):
      let (top, left) = ((input.rows - rows) / 2, (input.columns - columns) / 2)
      let part = x.rearranged(.crop(rows: top..<top + rows, columns: left..<left + columns))
      return adjusts ? part.activated(.linear(scale: 2, shift: -1)) : part
    case .softmax(let groups, let temperature): return softmax(groups, temperature, input, x)
    case .identity, .head, .cells: return x
    }
  }

  /// A sum of the channels that both have; of the left one the others stay.
  private func sum(_ left: Value, _ count: Int, _ right: Value, _ otherCount: Int) -> Value {
    if otherCount == count { return left + right }
    if otherCount > count { return left + right.channels(from: 0, count: count) }
    let common = left.channels(from: 0, count: otherCount) + right
    return .concatenated([common, left.channels(from: otherCount, count: count - otherCount)])
  }

  /// The layer whose parameters a layer has.
  private func parameterLayer(_ index: Int) -> Int {
    guard case .convolution(let node) = layers[index], let shared = node.sharedLayer else { return index }
    return parameterLayer(shared)
  }

  private func convolution(_ node: DarknetLayer.Convolution, _ index: Int, _ x: Value) -> Value {
    let layer = parameterLayer(index)
    var y = Convolution(
      "layers.\(layer).convolution", geometry: geometry(node, inputShape(of: index).channels),
      hasBias: !node.hasNormalization)(x)
    // OpenCV's number; Darknet's versions have 1e-6 beside the root or 1e-5 under it.
    if node.hasNormalization { y = normalization(layer, node.filters, y, epsilon: 1e-6) }
    // What a head with new coordinates reads is left as logits, which is what the decoder wants.
    let isRawHead = heads.contains { $0.input == index && $0.head.hasNewCoordinates }
    return thinned(isRawHead ? y : node.activation(y), node.stride, node.blur)
  }

  private func normalization(_ layer: Int, _ channels: Int, _ x: Value, epsilon: Float = 1e-5) -> Value {
    BatchNormalization("layers.\(layer).normalization", channels: channels, epsilon: epsilon)(x)
  }

  /// A convolution whose kernel covers the whole map.
  private func connected(
    _ outputs: Int, _ hasNormalization: Bool, _ activation: DarknetActivation, _ index: Int, _ x: Value
  ) -> Value {
    let input = inputShape(of: index)
    var geometry = ConvolutionGeometry(inputChannels: input.channels, outputChannels: outputs, kernelSize: 1)
    (geometry.kernelHeight, geometry.kernelWidth) = (input.rows, input.columns)
    let y = Convolution("layers.\(index).connected", geometry: geometry, hasBias: !hasNormalization)(x)
    return activation(hasNormalization ? normalization(index, outputs, y) : y)
  }

  /// What each window sees, convolved with the weights of its place, a group each.
  private func local(
    _ size: Int, _ stride: Int, _ padding: Int, _ activation: DarknetActivation, _ index: Int, _ x: Value
  ) -> Value {
    let (input, output) = (inputShape(of: index), shapes[index])
    let places = output.rows * output.columns
    let windows = x.rearranged(.patches(kernelSize: size, stride: stride, padding: padding))
    let products = Convolution(
      "layers.\(index).local", inputChannels: places * input.channels * size * size,
      outputChannels: output.elementCount, kernelSize: 1, groups: places)(windows)
    return activation(products.rearranged(.positions(rows: output.rows, columns: output.columns)))
  }

  private func pooled(_ window: DarknetLayer.Window, kind: PoolingGeometry.Kind, _ x: Value) -> Value {
    let geometry = PoolingGeometry(
      kind: kind, kernelSize: window.size, stride: window.blur == nil ? window.stride.common : 1,
      padding: window.padding / 2, farPadding: window.padding - window.padding / 2)
    return thinned(x.pooled(geometry), window.stride, window.blur)
  }

  /// A map behind its low-pass filter, and at unequal strides.
  private func thinned(_ x: Value, _ strides: DarknetLayer.Strides, _ blur: DarknetLayer.Blur?) -> Value {
    let y: Value
    switch blur {
    case nil: y = x
    case .mean: y = x.averagePooled(kernelSize: 2, stride: strides.common)
    // (1 2 1)/4 along each axis is (1 1)/2 twice.
    case .binomial:
      y = x.averagePooled(kernelSize: 2, stride: 1, padding: 1).averagePooled(kernelSize: 2, stride: strides.common)
    }
    return strides.sampling.map { y.rearranged($0) } ?? y
  }

  private func softmax(_ groups: Int, _ temperature: Float, _ input: Shape, _ x: Value) -> Value {
    let logits = x.scaled(by: 1 / temperature)
    if input.rows * input.columns > 1 { return logits.flattened().softmax() }
    let count = input.channels / groups
    let parts = (0..<groups).map { group in
      (groups == 1 ? logits : logits.channels(from: group * count, count: count)).softmax()
    }
    return groups == 1 ? parts[0] : .concatenated(parts)
  }
}

extension Value {
  /// Every so manyth row and column.
  fileprivate func sampled(_ stride: Int) -> Value { rearranged(.sampling(rowStride: stride, columnStride: stride)) }
}
