import DetectionUtilities
import ImageCodecs
import NeuralNetwork
import OneDNNKernels
import Tensors
import YOLO

/// Turns checked layers into a graph: first shapes, so that an error can name the line, then values.
final class DarknetGraphBuilder {
  private struct Shape: Hashable {
    var channels: Int
    var rows: Int
    var columns: Int
  }

  /// Of a map: 2 GB. YOLOv4's largest at 608 pixels has 23 million.
  private static let maximumElementCount = 1 << 29

  let layers: [DarknetLayer]
  let sections: [DarknetSection]
  let inputSize: ImageSize
  private(set) var convolutions: [DarknetNetwork.Convolution] = []
  private var shapes: [Shape] = []
  /// Layers whose maps are a head's raw numbers, and the head.
  private var heads: [(layer: Int, input: Int, head: DarknetHead)] = []

  init(layers: [DarknetLayer], sections: [DarknetSection], inputSize: ImageSize) {
    self.layers = layers
    self.sections = sections
    self.inputSize = inputSize
  }

  /// Works out every layer's shape. Throws for layers that do not fit each other.
  func check() throws(DarknetError) {
    for (index, layer) in layers.enumerated() {
      let section = sections[index]
      let input = shapes.last ?? Shape(channels: 3, rows: inputSize.height, columns: inputSize.width)
      if index > 0, case .head = layers[index - 1] { try checkReadsNoHead(index) }
      var shape = input
      switch layer {
      case .convolution(let node): shape = try convolve(node, index, input)
      case .maximumPooling(let size, let stride, let padding):
        func extent(_ input: Int) -> Int { max(0, (input + padding - size) / stride + 1) }
        shape = Shape(channels: input.channels, rows: extent(input.rows), columns: extent(input.columns))
      case .globalAveragePooling: shape = Shape(channels: input.channels, rows: 1, columns: 1)
      case .route(let sources, let groups, _): shape = try join(sources, groups, section)
      case .shortcut(let sources, _):
        for source in sources where shapes[source] != input {
          throw section.failure(
            "adds layer \(source) of \(text(shapes[source])) to \(text(input)); expected equal shapes")
        }
      case .upsampling(let factor, _):
        shape = Shape(channels: input.channels, rows: input.rows * factor, columns: input.columns * factor)
      case .reorganization(let stride):
        guard input.rows % stride == 0, input.columns % stride == 0, input.channels % (stride * stride) == 0 else {
          throw section.failure("cannot take squares of \(stride) cells of a map of \(text(input))")
        }
        shape = Shape(
          channels: input.channels * stride * stride, rows: input.rows / stride, columns: input.columns / stride)
      case .dropout: break
      case .head(let head): try note(head, index, input)
      }
      guard shape.rows > 0, shape.columns > 0, shape.rows <= 1 << 16, shape.columns <= 1 << 16,
        shape.channels <= 1 << 20, shape.rows * shape.columns * shape.channels <= Self.maximumElementCount
      else { throw section.failure("makes a map of \(text(shape)) of one of \(text(input)), which cannot be") }
      shapes.append(shape)
    }
    // Finest first, as the single-stage head has its levels; Darknet's files mostly begin with the coarsest.
    heads.sort { (shapes[$1.input].columns, $0.layer) < (shapes[$0.input].columns, $1.layer) }
    if heads.isEmpty {
      throw DarknetError(
        path: sections.first?.path ?? "cfg", problem: "has no [yolo] or [region] section; expected a detector")
    }
  }

  /// The layer behind a head is reached by a route, never by reading the head's boxes.
  private func checkReadsNoHead(_ index: Int) throws(DarknetError) {
    if case .route = layers[index] { return }
    throw sections[index].failure("follows [\(sections[index - 1].name)]; expected a route to the layers that it reads")
  }

  private func convolve(
    _ node: DarknetLayer.Convolution, _ index: Int, _ input: Shape
  ) throws(DarknetError) -> Shape {
    guard input.channels % node.groups == 0, node.filters % node.groups == 0 else {
      throw sections[index].failure(
        "groups=\(node.groups) does not divide \(input.channels) channels and \(node.filters) filters", key: "groups")
    }
    convolutions.append(
      DarknetNetwork.Convolution(
        layer: index, line: sections[index].section.line, filters: node.filters,
        hasNormalization: node.hasNormalization,
        weightShape: [node.filters, input.channels / node.groups, node.size, node.size]))
    let geometry = geometry(node, input.channels)
    return Shape(
      channels: node.filters, rows: max(0, geometry.outputExtent(input.rows, kernel: node.size)),
      columns: max(0, geometry.outputExtent(input.columns, kernel: node.size)))
  }

  private func geometry(_ node: DarknetLayer.Convolution, _ channels: Int) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inputChannels: channels, outputChannels: node.filters, kernelSize: node.size, stride: node.stride,
      padding: node.padding, dilation: node.dilation, groups: node.groups)
  }

  private func join(_ sources: [Int], _ groups: Int, _ section: DarknetSection) throws(DarknetError) -> Shape {
    var result = shapes[sources[0]]
    result.channels = 0
    for source in sources {
      let shape = shapes[source]
      if case .head = layers[source] {
        throw section.failure(
          "layer \(source) is [\(sections[source].name)], whose boxes no layer can read", key: "layers")
      }
      guard shape.rows == result.rows, shape.columns == result.columns else {
        throw section.failure(
          "joins layer \(source) of \(text(shape)) to a map of \(result.columns)×\(result.rows); expected equal sizes")
      }
      guard shape.channels % groups == 0 else {
        throw section.failure(
          "groups=\(groups) does not divide the \(shape.channels) channels of layer \(source)", key: "groups")
      }
      result.channels += shape.channels / groups
    }
    return result
  }

  private func note(_ head: DarknetHead, _ index: Int, _ input: Shape) throws(DarknetError) {
    let section = sections[index]
    let wanted = head.anchors.count * (5 + head.classCount)
    guard index > 0, input.channels == wanted else {
      throw section.failure(
        "\(head.anchors.count) anchors and \(head.classCount) classes want \(wanted) channels, the layer before has "
          + "\(input.channels)", key: "classes")
    }
    if head.hasNewCoordinates {
      guard case .convolution(let node) = layers[index - 1], node.activation == .logistic else {
        throw section.failure(
          "new_coords=1 wants a convolutional layer with activation=logistic before it", key: "new_coords")
      }
    }
    guard inputSize.width % input.columns == 0, inputSize.height % input.rows == 0,
      inputSize.width / input.columns == inputSize.height / input.rows
    else {
      throw section.failure(
        "a map of \(input.columns)×\(input.rows) for an input of \(inputSize); expected cells of equal whole sides")
    }
    if let first = heads.first {
      guard first.head.classCount == head.classCount else {
        throw section.failure(
          "classes=\(head.classCount), another head has \(first.head.classCount); expected one number", key: "classes")
      }
      guard first.head.kind == head.kind, first.head.hasNewCoordinates == head.hasNewCoordinates,
        first.head.classesExcludeEachOther == head.classesExcludeEachOther
      else { throw section.failure("differs in kind from the head before; expected heads of one kind") }
    }
    heads.append((index, index - 1, head))
  }

  private func text(_ shape: Shape) -> String { "\(shape.channels)×\(shape.rows)×\(shape.columns)" }

  /// Layers whose maps the heads read, in the order of the graph's outputs.
  var headInputs: [Int] { heads.map(\.input) }

  /// How the graph's outputs become boxes.
  func headConfiguration() throws(DarknetError) -> YOLOHeadConfiguration {
    var result = YOLOHeadConfiguration()
    result.strides = heads.map { inputSize.width / shapes[$0.input].columns }
    result.anchors = zip(heads, result.strides).map { entry, stride in
      let unit = entry.head.kind == .region ? Double(stride) : 1
      return entry.head.anchors.map { AnchorSize(width: $0.width * unit, height: $0.height * unit) }
    }
    result.scaleXY = heads.map(\.head.scaleXY)
    result.classCount = heads[0].head.classCount
    result.boxParameterisation = heads[0].head.hasNewCoordinates ? .squared : .exponential
    result.classProbability = heads[0].head.classesExcludeEachOther ? .softmax : .independent
    return result
  }

  /// - Precondition: ``check()`` has succeeded.
  func build(_ images: Value) -> [Value] {
    var values: [Value] = []
    var next = 0
    for (index, layer) in layers.enumerated() {
      let x = values.last ?? images
      switch layer {
      case .convolution(let node):
        values.append(convolution(convolutions[next], node, index, x))
        next += 1
      case .maximumPooling(let size, let stride, let padding):
        values.append(
          x.maxPooled(kernelSize: size, stride: stride, padding: padding / 2, farPadding: padding - padding / 2))
      case .globalAveragePooling: values.append(x.globallyAveraged())
      case .route(let sources, let groups, let group):
        let parts = sources.map { source in
          let count = shapes[source].channels / groups
          return groups == 1 ? values[source] : values[source].channels(from: group * count, count: count)
        }
        values.append(parts.count == 1 ? parts[0] : .concatenated(parts))
      case .shortcut(let sources, let activation):
        values.append(sources.reduce(x) { $0 + values[$1] }.activated(activation))
      case .upsampling(let factor, let scale):
        let y = x.upsampled(by: factor)
        values.append(scale == 1 ? y : y.activated(.linear(scale: scale, shift: 0)))
      case .reorganization(let stride): values.append(x.reorganized(stride: stride))
      case .dropout, .head: values.append(x)
      }
    }
    return heads.map { values[$0.input] }
  }

  private func convolution(
    _ parameters: DarknetNetwork.Convolution, _ node: DarknetLayer.Convolution, _ index: Int, _ x: Value
  ) -> Value {
    var y = Convolution(
      "layers.\(index).convolution", geometry: geometry(node, parameters.weightShape[1] * node.groups),
      hasBias: !node.hasNormalization)(x)
    if node.hasNormalization {
      // OpenCV's value; Darknet's versions have 1e-6 beside the root or 1e-5 under it.
      y = BatchNormalization(parameters.normalization, channels: node.filters, epsilon: 1e-6)(y)
    }
    // What a head with new coordinates reads is left as logits, which is what the decoder wants.
    let isRawHead = heads.contains { $0.input == index && $0.head.hasNewCoordinates }
    return isRawHead ? y : y.activated(node.activation)
  }
}

extension Value {
  fileprivate func activated(_ activation: DarknetActivation) -> Value {
    activation.operations.reduce(self) { $0.activated($1) }
  }
}
