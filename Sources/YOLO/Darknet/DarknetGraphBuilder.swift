import DetectionUtilities
import ImageCodecs
import Tensors

/// Turns checked layers into a graph: first shapes, so that an error can name the line, then values.
final class DarknetGraphBuilder {
  struct Shape: Hashable {
    var channels: Int
    var rows: Int
    var columns: Int

    var elementCount: Int { channels * rows * columns }
    var text: String { "\(channels)×\(rows)×\(columns)" }

    /// How many times the rows and columns of another map these are; nil where they are no whole multiple.
    func multiple(of other: Shape) -> Int? {
      let factor = rows / other.rows
      return factor > 0 && rows == factor * other.rows && columns == factor * other.columns ? factor : nil
    }
  }

  /// Of a map: 2 GB. YOLOv4's largest at 608 pixels has 23 million.
  private static let maximumElementCount = 1 << 29

  let layers: [DarknetLayer]
  let sections: [DarknetSection]
  let inputSize: ImageSize
  /// In the order of the file, and by layer.
  private(set) var parameterBlocks: [DarknetParameterBlock] = []
  private(set) var shapes: [Shape] = []
  /// Layers whose maps are a head's raw numbers, and the head.
  private(set) var heads: [(layer: Int, input: Int, head: DarknetHead)] = []
  private(set) var cellHead: (input: Int, head: DarknetCellHead)?

  init(layers: [DarknetLayer], sections: [DarknetSection], inputSize: ImageSize) {
    self.layers = layers
    self.sections = sections
    self.inputSize = inputSize
  }

  /// Works out every layer's shape. Throws for layers that do not fit each other.
  func check() throws(DarknetError) {
    for (index, layer) in layers.enumerated() {
      let section = sections[index]
      let input = inputShape(of: index)
      if index > 0, layers[index - 1].isHead { try checkReadsNoHead(index) }
      let shape = try shape(of: layer, index, input)
      guard shape.rows > 0, shape.columns > 0, shape.rows <= 1 << 16, shape.columns <= 1 << 16,
        shape.channels <= 1 << 24, shape.rows * shape.columns * shape.channels <= Self.maximumElementCount
      else { throw section.failure("makes a map of \(shape.text) of one of \(input.text), which cannot be") }
      shapes.append(shape)
      switch layer {
      case .head(let head): try note(head, index, input)
      case .cells(let head): try note(head, index, input)
      default: break
      }
    }
    // Finest first, as the single-stage head has its levels; Darknet's files mostly begin with the coarsest.
    heads.sort { (shapes[$1.input].columns, $0.layer) < (shapes[$0.input].columns, $1.layer) }
  }

  func inputShape(of index: Int) -> Shape {
    index > 0 ? shapes[index - 1] : Shape(channels: 3, rows: inputSize.height, columns: inputSize.width)
  }

  func add(_ block: DarknetParameterBlock) { parameterBlocks.append(block) }

  /// The layer behind a head is reached by a route, never by reading the head's boxes.
  private func checkReadsNoHead(_ index: Int) throws(DarknetError) {
    switch layers[index] {
    case .route, .identity: return
    default: break
    }
    throw sections[index].failure("follows [\(sections[index - 1].name)]; expected a route to the layers that it reads")
  }

  private func note(_ head: DarknetHead, _ index: Int, _ input: Shape) throws(DarknetError) {
    let section = sections[index]
    let wanted = head.anchors.count * head.numberCount
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
    try checkIsOnlyKind(section, other: cellHead != nil)
    heads.append((layer: index, input: index - 1, head: head))
  }

  private func note(_ head: DarknetCellHead, _ index: Int, _ input: Shape) throws(DarknetError) {
    let section = sections[index]
    let wanted = configuration(head).outputCount
    guard index > 0, input.elementCount == wanted else {
      throw section.failure(
        "side=\(head.side), num=\(head.boxCount) and classes=\(head.classCount) want \(wanted) numbers, the layer before "
          + "has \(input.elementCount)", key: "classes")
    }
    try checkIsOnlyKind(section, other: !heads.isEmpty || cellHead != nil)
    cellHead = (input: index - 1, head: head)
  }

  private func checkIsOnlyKind(_ section: DarknetSection, other: Bool) throws(DarknetError) {
    if other { throw section.failure("differs in kind from the head before; expected heads of one kind") }
  }

  private func configuration(_ head: DarknetCellHead) -> CellHeadConfiguration {
    CellHeadConfiguration(
      side: head.side, boxCount: head.boxCount, classCount: head.classCount, sizesAreRoots: head.sizesAreRoots,
      classesAreLogits: head.classesAreLogits, inputSize: inputSize)
  }
}

extension DarknetGraphBuilder {
  /// The layers that give the graph's outputs, in order.
  var outputLayers: [Int] {
    if let cellHead { return [cellHead.input] }
    return heads.isEmpty ? [layers.count - 1] : heads.map(\.input)
  }

  /// How the graph's outputs become boxes; nil for a network without a head.
  var head: SingleStageHead? {
    if let cellHead { return .cells(configuration(cellHead.head)) }
    guard let first = heads.first?.head else { return nil }
    var result = YOLOHeadConfiguration()
    result.strides = heads.map { inputSize.width / shapes[$0.input].columns }
    result.anchors = zip(heads, result.strides).map { entry, stride in
      let unit = entry.head.kind == .region ? Double(stride) : 1
      return entry.head.anchors.map { AnchorSize(width: $0.width * unit, height: $0.height * unit) }
    }
    result.scaleXY = heads.map(\.head.scaleXY)
    result.classCount = first.classCount
    result.boxParameterisation = first.hasNewCoordinates ? .squared : .exponential
    result.classProbability = first.classesExcludeEachOther ? .softmax : .independent
    result.hasDeviations = first.kind == .gaussian
    return .grid(result)
  }
}

extension DarknetLayer {
  var isHead: Bool {
    switch self {
    case .head, .cells: true
    default: false
    }
  }
}
