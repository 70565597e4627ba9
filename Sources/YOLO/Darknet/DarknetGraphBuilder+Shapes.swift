import ComputeGraph
import Tensors

extension DarknetGraphBuilder {
  /// The shape of a layer's map; notes its parameters.
  func shape(of layer: DarknetLayer, _ index: Int, _ input: Shape) throws(DarknetError) -> Shape {
    let section = sections[index]
    switch layer {
    case .convolution(let node): return try convolve(node, index, input)
    case .connected(let outputs, let hasNormalization, _):
      add(
        .connected(
          layer: index, line: section.section.line, weightShape: [outputs, input.channels, input.rows, input.columns],
          hasNormalization: hasNormalization))
      return Shape(channels: outputs, rows: 1, columns: 1)
    case .local(let filters, let size, let stride, let padding, _):
      return try connectLocally(filters, size, stride, padding, index, input)
    case .normalization:
      add(.normalization(layer: index, line: section.section.line, channels: input.channels))
      return input
    case .maximumPooling(let window), .averagePooling(let window): return try pool(window, input)
    case .globalAveragePooling: return Shape(channels: input.channels, rows: 1, columns: 1)
    case .upsampling(let factor, _):
      return Shape(channels: input.channels, rows: input.rows * factor, columns: input.columns * factor)
    case .rearrangement(let rearrangement):
      guard let shape = rearranged(input, rearrangement) else {
        throw section.failure("cannot be made of a map of \(input.text); it wants \(rearrangement.expectation)")
      }
      return shape
    case .crop(let rows, let columns, _):
      guard rows <= input.rows, columns <= input.columns else {
        throw section.failure("takes \(columns)×\(rows) of a map of \(input.text); expected a larger one")
      }
      return Shape(channels: input.channels, rows: rows, columns: columns)
    case .softmax(let groups, _):
      guard input.channels % groups == 0, groups == 1 || input.rows * input.columns == 1 else {
        throw section.failure("groups=\(groups) does not divide a vector of \(input.text)", key: "groups")
      }
      // Over a whole map it is the end of a network: a vector follows, which no other layer reads.
      guard input.rows * input.columns == 1 || layers[(index + 1)...].allSatisfy({ $0 == .identity }) else {
        throw section.failure("of a map of \(input.text) with layers behind it; expected a vector")
      }
      return Shape(channels: input.elementCount, rows: 1, columns: 1)
    case .route, .shortcut, .scaling, .product: return try joinedShape(of: layer, section, input)
    case .activation, .identity, .head, .cells: return input
    }
  }

  /// Of the layers that read others than the one before.
  private func joinedShape(
    of layer: DarknetLayer, _ section: DarknetSection, _ input: Shape
  ) throws(DarknetError) -> Shape {
    switch layer {
    case .route(let sources, let groups, _): return try join(sources, groups, section)
    case .shortcut(let sources, _):
      for source in sources where shapes[source].multiple(of: input) == nil {
        throw section.failure(
          "adds layer \(source) of \(shapes[source].text) to \(input.text); expected as many rows and columns, or a whole "
            + "multiple of both")
      }
      return input
    case .scaling(let source, let perPosition, _):
      let map = shapes[source]
      let factors =
        perPosition
        ? Shape(channels: 1, rows: map.rows, columns: map.columns) : Shape(channels: map.channels, rows: 1, columns: 1)
      guard input == factors else {
        throw section.failure(
          "scales layer \(source) of \(map.text) by \(input.text); expected factors of \(factors.text)")
      }
      return map
    case .product(let source, _):
      guard shapes[source] == input else {
        throw section.failure(
          "multiplies layer \(source) of \(shapes[source].text) by \(input.text); expected equal shapes")
      }
      return input
    default: return input
    }
  }

  private func rearranged(_ input: Shape, _ rearrangement: Rearrangement) -> Shape? {
    rearrangement.outputShape([1, input.channels, input.rows, input.columns]).map {
      Shape(channels: $0[1], rows: $0[2], columns: $0[3])
    }
  }

  private func convolve(
    _ node: DarknetLayer.Convolution, _ index: Int, _ input: Shape
  ) throws(DarknetError) -> Shape {
    let section = sections[index]
    guard input.channels % node.groups == 0, node.filters % node.groups == 0 else {
      throw section.failure(
        "groups=\(node.groups) does not divide \(input.channels) channels and \(node.filters) filters", key: "groups")
    }
    if let shared = node.sharedLayer {
      guard case .convolution(let other) = layers[shared], other.filters == node.filters, other.size == node.size,
        other.groups == node.groups, other.hasNormalization == node.hasNormalization,
        inputShape(of: shared).channels == input.channels
      else {
        throw section.failure(
          "uses the weights of layer \(shared); expected a convolutional layer of the same size, filters, groups and "
            + "channels", key: "share_index")
      }
    } else {
      add(
        .convolution(
          layer: index, line: section.section.line,
          weightShape: [node.filters, input.channels / node.groups, node.size, node.size],
          hasNormalization: node.hasNormalization))
    }
    let geometry = geometry(node, input.channels)
    let map = Shape(
      channels: node.filters, rows: max(0, geometry.outputExtent(input.rows, kernel: node.size)),
      columns: max(0, geometry.outputExtent(input.columns, kernel: node.size)))
    return try thinned(map, node.stride, node.blur, section)
  }

  func geometry(_ node: DarknetLayer.Convolution, _ channels: Int) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inputChannels: channels, outputChannels: node.filters, kernelSize: node.size,
      stride: node.blur == nil ? node.stride.common : 1, padding: node.padding, dilation: node.dilation,
      groups: node.groups)
  }

  private func pool(_ window: DarknetLayer.Window, _ input: Shape) throws(DarknetError) -> Shape {
    let stride = window.blur == nil ? window.stride.common : 1
    func extent(_ input: Int) -> Int { max(0, (input + window.padding - window.size) / stride + 1) }
    let map = Shape(channels: input.channels, rows: extent(input.rows), columns: extent(input.columns))
    return try thinned(map, window.stride, window.blur, sections[shapes.count])
  }

  /// What a low-pass filter or unequal strides leave of a map.
  private func thinned(
    _ map: Shape, _ strides: DarknetLayer.Strides, _ blur: DarknetLayer.Blur?, _ section: DarknetSection
  ) throws(DarknetError) -> Shape {
    // Of the binomial filter the padding makes up for its third row.
    let extent = blur == .mean ? 2 : 1
    guard blur != nil || strides.sampling != nil else { return map }
    guard map.rows >= extent, map.columns >= extent else {
      throw section.failure("makes a map of \(map.text), too small for its stride")
    }
    return Shape(
      channels: map.channels, rows: (map.rows - extent) / strides.row + 1,
      columns: (map.columns - extent) / strides.column + 1)
  }

  private func connectLocally(
    _ filters: Int, _ size: Int, _ stride: Int, _ padding: Int, _ index: Int, _ input: Shape
  ) throws(DarknetError) -> Shape {
    let section = sections[index]
    func extent(_ input: Int) -> Int { (input + 2 * padding - size) / stride + 1 }
    let windows = Rearrangement.patches(kernelSize: size, stride: stride, padding: padding)
    guard rearranged(input, windows) != nil else {
      throw section.failure("size=\(size) does not fit into a map of \(input.text)", key: "size")
    }
    let shape = Shape(channels: filters, rows: extent(input.rows), columns: extent(input.columns))
    let (count, overflows) = shape.elementCount.multipliedReportingOverflow(by: input.channels * size * size)
    guard !overflows, count <= 1 << 31 else {
      throw section.failure("wants weights for \(shape.text) places of \(input.text), too many")
    }
    add(
      .local(
        layer: index, line: section.section.line,
        weightShape: [shape.elementCount, input.channels * size * size, 1, 1], filters: filters))
    return shape
  }

  private func join(_ sources: [Int], _ groups: Int, _ section: DarknetSection) throws(DarknetError) -> Shape {
    var result = shapes[sources[0]]
    result.channels = 0
    for source in sources {
      let shape = shapes[source]
      if layers[source].isHead {
        throw section.failure(
          "layer \(source) is [\(sections[source].name)], whose boxes no layer can read", key: "layers")
      }
      guard shape.rows == result.rows, shape.columns == result.columns else {
        throw section.failure(
          "joins layer \(source) of \(shape.text) to a map of \(result.columns)×\(result.rows); expected equal sizes")
      }
      guard shape.channels % groups == 0 else {
        throw section.failure(
          "groups=\(groups) does not divide the \(shape.channels) channels of layer \(source)", key: "groups")
      }
      result.channels += shape.channels / groups
    }
    return result
  }
}
