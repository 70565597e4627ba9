import DetectionUtilities
import Tensors

extension ExampleStep {
  private static let operations = [
    "convolution", "pooling", "relu", "fullyConnected", "softmax", "crossEntropy", "backward", "iou",
    "anchorMatching", "suppression", "averagePrecision",
  ]

  /// A mapping with one operation, and perhaps `name`, `of` and `result`; or the operation's name alone.
  init(_ node: ExampleNode, number: Int) throws(WorkedExampleError) {
    var values: [String: ExampleNode] = [:]
    var operation = ""
    if node.node.mapping == nil {
      operation = try node.choice(["relu", "softmax"])
    } else {
      values = try node.mapping(Self.operations + ["name", "of", "result"])
      let found = Self.operations.filter { values[$0] != nil }
      guard found.count == 1 else {
        throw node.error(
          "expected one operation (\(Self.operations.joined(separator: ", "))), found "
            + (found.isEmpty ? "none" : found.joined(separator: " and ")))
      }
      operation = found[0]
    }
    name = try values["name"]?.text()
    source = try values["of"]?.text()
    place = Place(path: node.path, line: node.line, words: "step \(number) (\(operation))")
    work = try Self.work(operation, values[operation] ?? node)
    if let result = values["result"] { expected = try Self.expected(result) }
  }

  /// Numbers, or words such as "background".
  private static func expected(_ node: ExampleNode) throws(WorkedExampleError) -> Expected {
    let first = node.node.sequence?.first?.scalar?.string
    guard let first, Double(first) == nil else { return .numbers(try node.numberList().numbers, line: node.line) }
    var words: [String] = []
    for element in try node.elements() { words.append(try element.text()) }
    return .words(words, line: node.line)
  }

  private static func work(_ operation: String, _ node: ExampleNode) throws(WorkedExampleError) -> Work {
    switch operation {
    case "convolution": .layer(try convolution(node))
    case "pooling": .layer(try pooling(node))
    case "relu": .layer(ReLULayer())
    case "fullyConnected": .layer(try fullyConnected(node))
    case "softmax": .layer(SoftmaxLayer())
    case "crossEntropy": .crossEntropy(target: try target(node))
    case "backward": try backward(node)
    case "iou": .iou(try iou(node))
    case "anchorMatching": .anchorMatching(try anchorMatching(node))
    case "suppression": .suppression(try suppression(node))
    default: .averagePrecision(try averagePrecision(node))
    }
  }
}

// MARK: - Layers

extension ExampleStep {
  private static let sizes = 1...1024

  private static func convolution(_ node: ExampleNode) throws(WorkedExampleError) -> ConvolutionLayer {
    let values = try node.mapping(["kernel", "kernels", "bias", "stride", "padding", "operation"])
    let list: [ExampleNode]
    switch (values["kernel"], values["kernels"]) {
    case (let one?, nil): list = [one]
    case (nil, let several?): list = try several.elements()
    default: throw node.error("expected either kernel or kernels, a list of them")
    }
    var kernels: [(values: Tensor, isSignal: Bool)] = []
    for element in list {
      let kernel = try element.kernel()
      if let first = kernels.first, first.values.shape != kernel.values.shape || first.isSignal != kernel.isSignal {
        throw element.error(
          "this kernel is \(kernel.values.shape.extents); expected \(first.values.shape.extents), as the first is")
      }
      kernels.append(kernel)
    }
    guard let first = kernels.first else { throw node.error("expected at least one kernel") }
    let biases = try values["bias"]?.vector()
    if let biases, biases.count != kernels.count {
      throw (values["bias"] ?? node).error("\(biases.count) numbers; expected \(kernels.count), one for every kernel")
    }
    var shape = first.values.shape
    shape[0] = kernels.count
    return ConvolutionLayer(
      kernels: Tensor(shape: shape, values: kernels.flatMap(\.values.values)), biases: biases,
      stride: try values["stride"]?.integer(sizes) ?? 1, padding: try values["padding"]?.integer(0...1024) ?? 0,
      isTurned: try values["operation"]?.choice(["cross-correlation", "convolution"]) == "convolution",
      isSignal: first.isSignal)
  }

  private static func pooling(_ node: ExampleNode) throws(WorkedExampleError) -> PoolingLayer {
    let values = try node.mapping(["kind", "size", "stride", "padding", "rounding"])
    var layer = PoolingLayer()
    let kind = try values["kind"]?.choice(PoolingLayer.Kind.allCases.map(\.rawValue))
    layer.kind = kind.flatMap(PoolingLayer.Kind.init) ?? .maximum
    layer.size = try values["size"]?.integer(sizes) ?? 2
    layer.stride = try values["stride"]?.integer(sizes) ?? layer.size
    layer.padding = try values["padding"]?.integer(0...layer.size / 2) ?? 0
    layer.ceilMode = try values["rounding"]?.choice(["floor", "ceil"]) == "ceil"
    return layer
  }

  private static func fullyConnected(_ node: ExampleNode) throws(WorkedExampleError) -> FullyConnectedLayer {
    let values = try node.mapping(["weights", "bias"])
    guard let weights = try values["weights"]?.matrix() else {
      throw node.error("expected weights, a row for every output")
    }
    let biases = try values["bias"]?.vector()
    if let biases, biases.count != weights.shape[2] {
      throw (values["bias"] ?? node).error(
        "\(biases.count) numbers; expected \(weights.shape[2]), one for every row of weights")
    }
    return FullyConnectedLayer(weights: weights, biases: biases)
  }

  private static func target(_ node: ExampleNode) throws(WorkedExampleError) -> Int {
    let values = try node.mapping(["target"])
    guard let target = values["target"] else { throw node.error("expected target, such as [1, 0]") }
    let numbers = try target.vector()
    guard let place = numbers.firstIndex(of: 1), numbers.count(where: { $0 != 0 }) == 1 else {
      throw target.error("expected one 1 and zeros")
    }
    return place
  }

  private static func backward(_ node: ExampleNode) throws(WorkedExampleError) -> Work {
    let values = try node.mapping(["learningRate", "gradient"])
    guard let rate = values["learningRate"] else { throw node.error("expected learningRate") }
    return .backward(learningRate: Float(try rate.number()), gradient: try values["gradient"]?.value())
  }
}

// MARK: - Boxes

extension ExampleStep {
  private static func iou(_ node: ExampleNode) throws(WorkedExampleError) -> IoUStep {
    let values = try node.mapping(["boxes"])
    guard let list = values["boxes"] else { throw node.error("expected boxes") }
    let boxes = try list.boxes()
    guard boxes.count == 2 else { throw list.error("expected two boxes, found \(boxes.count)") }
    return IoUStep(first: boxes[0], second: boxes[1])
  }

  private static func threshold(_ node: ExampleNode?, _ standard: Double) throws(WorkedExampleError) -> Double {
    guard let node else { return standard }
    let value = try node.number()
    guard (0...1).contains(value) else {
      throw node.error("expected a number from 0 to 1, found \(NumberText.of(value))")
    }
    return value
  }

  private static func anchorMatching(_ node: ExampleNode) throws(WorkedExampleError) -> AnchorMatchingStep {
    let values = try node.mapping(["objects", "anchors", "low", "high", "bestAnchors"])
    guard let objects = values["objects"], let anchors = values["anchors"] else {
      throw node.error("expected objects and anchors")
    }
    let (low, high) = (try threshold(values["low"], 0.3), try threshold(values["high"], 0.7))
    guard low <= high else { throw node.error("low is \(NumberText.of(low)), above high, \(NumberText.of(high))") }
    let takesBest = try values["bestAnchors"]?.choice(["true", "false"]) ?? "true"
    return AnchorMatchingStep(
      groundTruth: try objects.boxes(), anchors: try anchors.boxes(),
      matcher: AnchorMatcher(lowThreshold: low, highThreshold: high, allowsLowQualityMatches: takesBest == "true"))
  }

  private static func suppression(_ node: ExampleNode) throws(WorkedExampleError) -> SuppressionStep {
    let values = try node.mapping(["detections", "iou"])
    guard let list = values["detections"] else { throw node.error("expected detections") }
    var detections: [Detection] = []
    for element in try list.elements() {
      let keys = try element.mapping(["box", "score", "class"])
      guard let box = try keys["box"]?.box(), let score = try keys["score"]?.number() else {
        throw element.error("expected box and score")
      }
      detections.append(
        Detection(box: box, classIndex: try keys["class"]?.integer(0...1_000_000) ?? 0, score: score))
    }
    if detections.count > ExampleNode.mostBoxes { throw list.error("expected at most \(ExampleNode.mostBoxes)") }
    return SuppressionStep(detections: detections, iouThreshold: try threshold(values["iou"], 0.5))
  }

  private static func averagePrecision(_ node: ExampleNode) throws(WorkedExampleError) -> AveragePrecisionStep {
    let values = try node.mapping(["objects", "detections", "iou", "estimator"])
    guard let objects = values["objects"], let detections = values["detections"] else {
      throw node.error("expected objects and detections")
    }
    var truth: [EvaluationGroundTruth] = []
    for element in try objects.elements() {
      let keys = try element.mapping(["box", "image"])
      guard let box = try keys["box"]?.box() else { throw element.error("expected box") }
      truth.append(
        EvaluationGroundTruth(imageID: try image(keys["image"]), classIndex: 0, box: CornerSizeBox(box)))
    }
    if truth.isEmpty { throw objects.error("expected at least one object") }
    var found: [EvaluationDetection] = []
    for element in try detections.elements() {
      let keys = try element.mapping(["box", "image", "score"])
      guard let box = try keys["box"]?.box(), let score = try keys["score"]?.number() else {
        throw element.error("expected box and score")
      }
      found.append(
        EvaluationDetection(
          imageID: try image(keys["image"]), classIndex: 0, box: CornerSizeBox(box), score: score))
    }
    if max(truth.count, found.count) > ExampleNode.mostBoxes {
      throw node.error("expected at most \(ExampleNode.mostBoxes) boxes")
    }
    let estimators: [AveragePrecision] = [.allPoint, .voc11Point, .coco101]
    let word = try values["estimator"]?.choice(estimators.map(\.rawValue))
    return AveragePrecisionStep(
      groundTruth: truth, detections: found, iouThreshold: try threshold(values["iou"], 0.5),
      estimator: word.flatMap(AveragePrecision.init) ?? .allPoint)
  }

  private static func image(_ node: ExampleNode?) throws(WorkedExampleError) -> Int {
    try node?.integer(0...1_000_000) ?? 1
  }
}

extension TensorShape {
  /// Without the first.
  fileprivate var extents: String { dimensions.dropFirst().map(String.init).joined(separator: "×") }
}
