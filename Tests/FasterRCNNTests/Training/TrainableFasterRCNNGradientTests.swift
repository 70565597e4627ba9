import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Tensors
import Testing

/// The gradients of the whole way, both networks, the pooling between them and the losses, against differences of the
/// losses, with the samples held fixed.
struct TrainableFasterRCNNGradientTests {
  static let images = [
    noisy(TwoRectangles.picture(of: targets[0], side: 256)), noisy(TwoRectangles.picture(of: targets[1], side: 256)),
  ]
  /// Small ones and large ones, so that regions are pooled from every map but the coarsest.
  static let targets = [
    [labelled(20, 30, 60, 80, 0), labelled(100, 20, 250, 200, 1)], [labelled(4, 10, 250, 240, 0)],
  ]

  /// Flat areas would pass the bend of a ReLU all at once.
  private static func noisy(_ image: RGBImage) -> RGBImage {
    var image = image
    var generator = SeededGenerator(seed: 5)
    for index in image.pixels.indices {
      image.pixels[index] = UInt8(clamping: Int(image.pixels[index]) + generator.uniform(below: 121) - 60)
    }
    return image
  }

  private func detector(
    convolutions: Int, masks: Bool = false, semantics: Bool = false
  ) throws -> TrainableFasterRCNN {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.inputSize = ImageSize(width: 256, height: 256)
    configuration.proposals.anchorSizes = [[24], [48], [96], [160], [240]]
    configuration.regions.convolutions = convolutions
    configuration.regions.smoothL1Beta = 1
    configuration.masks.isPredicted = masks
    configuration.masks.poolingSize = 6
    configuration.masks.convolutions = 2
    configuration.masks.channels = 16
    configuration.masks.samplesPerImage = 4
    configuration.semantics.isPredicted = semantics
    configuration.semantics.channels = 16
    configuration.semantics.classes = [ModelFile.Label(name: "sky", id: 11), ModelFile.Label(name: "grass", id: 12)]
    var generator = SeededGenerator(seed: 6)
    let detector = try TrainableFasterRCNN(configuration, classes: TwoRectangles.classes, using: &generator)
    // The small predictors of a new network would hide the regions' part behind the proposals'.
    detector.parameters = wildParameters(configuration, seed: 6)
    return detector
  }

  enum Part: String, CaseIterable {
    case both
    /// The backbone learns through the pooled regions alone.
    case regionsOnly
    case proposalsOnly
    case masksOnly
    case semanticsOnly
  }

  @Test(
    arguments: [
      "backbone.body.conv1.weight", "backbone.body.layer2.0.conv1.weight", "backbone.body.layer4.1.bn2.weight",
      "backbone.fpn.inner_blocks.2.0.weight", "backbone.fpn.layer_blocks.0.0.weight",
      "backbone.fpn.layer_blocks.1.1.bias",
    ], [Part.both, .regionsOnly, .proposalsOnly])
  func backboneGradientsAreDifferences(name: String, part: Part) throws {
    try check(name, part, convolutions: 0)
  }

  @Test(arguments: [
    "rpn.head.conv.0.0.weight", "rpn.head.cls_logits.bias", "rpn.head.bbox_pred.weight",
    "roi_heads.box_head.fc6.weight", "roi_heads.box_head.fc7.bias", "roi_heads.box_predictor.cls_score.weight",
    "roi_heads.box_predictor.bbox_pred.weight",
  ])
  func headGradientsAreDifferences(name: String) throws {
    try check(name, .both, convolutions: 0)
  }

  @Test(arguments: [
    "roi_heads.box_head.0.0.weight", "roi_heads.box_head.0.1.bias", "roi_heads.box_head.2.weight",
    "backbone.body.layer1.0.conv2.weight",
  ])
  func gradientsThroughAConvolutionOfTheHeadAreDifferences(name: String) throws {
    try check(name, .regionsOnly, convolutions: 1)
  }

  /// Through RoIAlign and the transposed convolution; the upper left half of every object's box is its mask.
  @Test(arguments: [
    "roi_heads.mask_head.0.0.weight", "roi_heads.mask_head.1.1.bias", "roi_heads.mask_predictor.conv5_mask.weight",
    "roi_heads.mask_predictor.conv5_mask.bias", "roi_heads.mask_predictor.mask_fcn_logits.weight",
    "backbone.fpn.layer_blocks.0.0.weight", "backbone.body.layer2.0.conv1.weight",
  ])
  func gradientsOfMasksAreDifferences(name: String) throws {
    try check(name, .masksOnly, convolutions: 0)
  }

  /// Sky in the upper third, grass below it, and objects without pixels of their own; nobody says what the last rows are.
  @Test(arguments: [
    "semantic.scores.weight", "semantic.scores.bias", "semantic.0.0.0.weight", "semantic.2.1.1.bias",
    "backbone.fpn.layer_blocks.1.0.weight", "backbone.body.layer2.0.conv1.weight",
  ])
  func gradientsOfSemanticsAreDifferences(name: String) throws {
    try check(name, .semanticsOnly, convolutions: 0)
  }

  private static let withStuff = masked.map { objects in
    let frame = BoundingBox(x1: 0, y1: 0, x2: 256, y2: 256)
    return objects
      + [0..<80, 80..<240].enumerated().map { index, rows in
        let mask = RunLengthMask(
          width: 256, height: 256, inside: (0..<256).map { $0 * 256 + rows.lowerBound..<$0 * 256 + rows.upperBound })
        return LabelledBox(box: frame, classIndex: index, mask: mask, isStuff: true)
      }
  }

  private static let masked = targets.map { objects in
    objects.map { object in
      let (box, side) = (object.box, 256)
      let runs = (Int(box.x1)..<Int(box.x2)).map { x in
        let share = 1 - (Double(x) - box.x1) / box.width
        return x * side + Int(box.y1)..<x * side + Int(box.y1 + share * box.height)
      }
      return LabelledBox(
        box: box, classIndex: object.classIndex, mask: RunLengthMask(width: side, height: side, inside: runs))
    }
  }

  private func check(_ name: String, _ part: Part, convolutions: Int) throws {
    let detector = try detector(
      convolutions: convolutions, masks: part == .masksOnly, semantics: part == .semanticsOnly)
    let targets =
      switch part {
      case .masksOnly: Self.masked
      case .semanticsOnly: Self.withStuff
      default: Self.targets
      }
    var samples = try detector.samples(
      images: Self.images, targets: targets, generator: SeededGenerator(seed: 8))
    #expect(samples.anchors.allSatisfy { !$0.positives.isEmpty && !$0.negatives.isEmpty })
    #expect(samples.regions.count { $0.object != nil } >= 3)
    switch part {
    case .both: break
    case .regionsOnly:
      for index in samples.anchors.indices { samples.anchors[index] = .init(positives: [], negatives: []) }
    case .proposalsOnly:
      for index in samples.regions.indices { samples.regions[index].isCounted = false }
    case .masksOnly:
      for index in samples.anchors.indices { samples.anchors[index] = .init(positives: [], negatives: []) }
      for index in samples.regions.indices { samples.regions[index].isCounted = false }
      #expect(samples.masks.count == 8 && samples.masks.count { $0.isCounted } >= 2)
    case .semanticsOnly:
      for index in samples.anchors.indices { samples.anchors[index] = .init(positives: [], negatives: []) }
      for index in samples.regions.indices { samples.regions[index].isCounted = false }
      #expect(samples.labels.map { Set($0.indices) } == [[0, 1, 2, 255], [0, 1, 2, 255]])
    }
    let result = try detector.step(images: Self.images, samples: samples)
    let gradient = try #require(result.gradients[name]).values.map(Double.init)
    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(norm > 1e-3, "\(name) learns nothing")

    let origin = try #require(detector.parameters[name])
    func loss(_ direction: [Double], at distance: Double) throws -> Double {
      detector.parameters[name] = Tensor(
        shape: origin.shape,
        values: zip(origin.values, direction).map { Float(Double($0) + distance * $1) })
      return try detector.step(images: Self.images, samples: samples).losses.reduce(0) { $0 + Double($1.value) }
    }
    // Along itself a gradient shows its length, along random directions what may be missing in it.
    var generator = SeededGenerator(seed: 9)
    let signs = gradient.map { _ in generator.chance(0.5) ? 1.0 : -1.0 }
    let root = Double(gradient.count).squareRoot()
    for (label, direction) in [("itself", gradient.map { $0 / norm }), ("signs", signs.map { $0 / root })] {
      let expected = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      // A long step passes bends, a short one loses the last digits: one of them shows the gradient, if it is right.
      let slopes = try (0..<6).map { shortening in
        let step = min(0.02, 0.02 / norm) / Double(1 << (2 * shortening))
        return try (loss(direction, at: step) - loss(direction, at: -step)) / (2 * step)
      }
      #expect(
        slopes.contains { abs($0 - expected) < 0.04 * norm + 1e-5 },
        "\(label): slopes \(slopes), gradient \(expected) of \(norm)")
    }
  }
}
