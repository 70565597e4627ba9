import Backbones
import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import Segmentation
import Tensors
import Testing

struct TrainableImageSegmenterTests {
  private let classes = [ModelFile.Label(name: "dark", id: 0), ModelFile.Label(name: "light", id: 1)]
  private let size = ImageSize(width: 48, height: 32)

  private func segmenter(
    _ network: SegmenterNetwork, _ change: (inout SegmenterConfiguration) -> Void = { _ in }
  ) throws -> TrainableImageSegmenter {
    var configuration = SegmenterConfiguration()
    configuration.network = network
    configuration.inputSize = size
    if network.hasChosenBackbone {
      configuration.backbone = BackboneConfiguration(widthMultiplier: 0.25)
    } else {
      configuration.widthMultiplier = 0.25
    }
    change(&configuration)
    try configuration.validate()
    var generator = SeededGenerator(seed: 1)
    return try TrainableImageSegmenter(configuration, classes: classes, pixelCounts: [1, 1], using: &generator)
  }

  /// A dark image with a light rectangle; a strip at the top is not labelled.
  private func batch(_ count: Int, seed: UInt64) -> (images: [RGBImage], targets: [LabelMap]) {
    var generator = SeededGenerator(seed: seed)
    var (images, targets): ([RGBImage], [LabelMap]) = ([], [])
    for _ in 0..<count {
      let (left, top) = (generator.uniform(below: 24), generator.uniform(below: 16))
      var image = RGBImage(size: size, color: (60, 60, 60))
      image.fillRectangle(x: left, y: top, width: 24, height: 16, color: .white)
      var labels = LabelMap(size: size, repeating: 0)
      for y in 0..<size.height {
        for x in 0..<size.width {
          if y < 2 {
            labels[x, y] = LabelMap.ignored
          } else if (left..<left + 24).contains(x) && (top..<top + 16).contains(y) {
            labels[x, y] = 1
          }
        }
      }
      images.append(image)
      targets.append(labels)
    }
    return (images, targets)
  }

  @Test func aNetworkWithoutPaddingLearns() throws {
    let segmenter = try segmenter(.uNet) {
      $0.padding = .valid
      $0.widthMultiplier = 0.125
      $0.inputSize = ImageSize(width: 220, height: 204)
    }
    let size = segmenter.inputSize
    var image = RGBImage(size: size, color: (60, 60, 60))
    image.fillRectangle(x: 0, y: 0, width: 108, height: size.height, color: .white)
    var labels = LabelMap(size: size, repeating: 0)
    for y in 0..<size.height { for x in 0..<108 { labels[x, y] = 1 } }
    for step in 0..<30 {
      let result = try segmenter.trainingStep(
        images: [image], targets: [labels], generator: SeededGenerator(seed: UInt64(step)))
      for specification in segmenter.parameterSpecifications where specification.isTrainable {
        guard let gradient = result.gradients[specification.name] else { continue }
        segmenter.parameters.update(specification.name) { tensor in
          for index in 0..<tensor.elementCount { tensor[index] -= 0.05 * gradient[index] }
        }
      }
    }
    let trained = try segmenter.makeSegmenter(parameters: segmenter.parameters, options: ModelOptions())
    // Seen in mirrored tiles, up to the border.
    let found = try trained.predict(SourceImage(image)).value
    let right = zip(found.indices, labels.indices).count { $0 == $1 }
    #expect(Double(right) > 0.9 * Double(labels.indices.count), "\(right) of \(labels.indices.count)")
  }

  @Test(arguments: [SegmenterNetwork.uNet, .fcn8s, .semanticFPN, .lraspp])
  func whatIsLearntIsPredicted(network: SegmenterNetwork) throws {
    let segmenter = try segmenter(network) { $0.loss.dice = 0.5 }
    var first: Float?
    var last: Float = 0
    for step in 0..<40 {
      let (images, targets) = batch(4, seed: UInt64(step))
      let result = try segmenter.trainingStep(
        images: images, targets: targets, generator: SeededGenerator(seed: UInt64(step)))
      last = result.losses.reduce(0) { $0 + $1.value }
      if first == nil { first = last }
      for specification in segmenter.parameterSpecifications where specification.isTrainable {
        guard let gradient = result.gradients[specification.name] else { continue }
        segmenter.parameters.update(specification.name) { tensor in
          for index in 0..<tensor.elementCount { tensor[index] -= 0.1 * gradient[index] }
        }
      }
    }
    #expect(last < 0.6 * (first ?? 0), "from \(first ?? 0) to \(last)")
    let trained = try segmenter.makeSegmenter(parameters: segmenter.parameters, options: ModelOptions())
    let (images, targets) = batch(3, seed: 99)
    for (image, target) in zip(images, targets) {
      let found = try trained.predict(SourceImage(image)).value
      let (labelled, right) = zip(found.indices, target.indices).reduce(into: (0, 0)) { sum, pair in
        guard pair.1 != LabelMap.ignored else { return }
        sum.0 += 1
        if pair.0 == pair.1 { sum.1 += 1 }
      }
      #expect(Double(right) > 0.8 * Double(labelled), "\(right) of \(labelled)")
    }
  }

  /// Without padding the middle of the labels counts; cells beyond it do for the weights of borders.
  @Test func theMiddleOfTheLabelsCounts() throws {
    let side = 204
    let segmenter = try segmenter(.uNet) {
      $0.padding = .valid
      $0.widthMultiplier = 0.125
      $0.inputSize = ImageSize(width: side, height: side)
      $0.loss.border.cells = "light"
      $0.loss.border.weight = 10
    }
    let image = RGBImage(size: ImageSize(width: side, height: side), color: (90, 90, 90))
    var labels = LabelMap(size: image.size, repeating: 0)
    func loss() throws -> Float {
      try segmenter.trainingStep(images: [image], targets: [labels], generator: SeededGenerator(seed: 1)).losses[0]
        .value
    }
    let plain = try loss()
    // One cell in front of the middle, which is rows and columns 92 to 111: of one cell alone no pixel weighs more.
    for y in 0..<side { for x in 80..<88 { labels[x, y] = 1 } }
    #expect(try loss() == plain)
    // A cell within changes the loss, and another one outside what the pixels between them weigh.
    for y in 92..<95 { for x in 92..<95 { labels[x, y] = 1 } }
    let two = try loss()
    #expect(two != plain)
    for y in 0..<side { for x in 80..<88 { labels[x, y] = 0 } }
    let one = try loss()
    #expect(one != two && one != plain)
  }

  @Test func cellsAreOneOfTheClasses() {
    let error = #expect(throws: SegmenterConfigurationError.self) {
      try segmenter(.uNet) {
        $0.loss.border.cells = "nucleus"
        $0.loss.border.weight = 10
      }
    }
    #expect(error?.key == "loss.border.cells")
  }

  @Test func theSecondHeadHasLossesOfItsOwn() throws {
    let segmenter = try segmenter(.deepLabMobileNet) { $0.hasAuxiliaryHead = true }
    let (images, targets) = batch(2, seed: 3)
    let result = try segmenter.trainingStep(images: images, targets: targets, generator: SeededGenerator(seed: 1))
    #expect(result.losses.map(\.name) == ["crossEntropy", "auxiliary.crossEntropy"])
    #expect(result.gradients.contains("aux_classifier.4.weight"))
    // In use the head is left out.
    let used = try segmenter.makeSegmenter(parameters: segmenter.parameters, options: ModelOptions())
    #expect(try used.predict(SourceImage(images[0])).value.size == size)
  }

  /// At first every doubling is bilinear: a constant stays one away from the border.
  @Test func doublingsBeginBilinear() throws {
    let segmenter = try segmenter(.fcn16s)
    let weight = try #require(segmenter.parameters["upscore16.weight"])
    #expect(weight.shape == [2, 2, 4, 4])
    #expect(weight[0] == 0.0625 && weight[5] == 0.5625 && weight.values[16..<32].allSatisfy { $0 == 0 })
    #expect(weight.values[0..<16].reduce(0, +) == 4)
  }

  @Test func stepsDrawWhatTheirGeneratorSays() throws {
    let segmenter = try segmenter(.uNet)
    let (images, targets) = batch(2, seed: 5)
    func loss(_ seed: UInt64) throws -> Float {
      try segmenter.trainingStep(images: images, targets: targets, generator: SeededGenerator(seed: seed)).losses[0]
        .value
    }
    let first = try loss(1)
    #expect(try loss(2) != first)
    #expect(try loss(1) == first)
  }

  /// An image of other proportions: what stands in the padding is no part of the result.
  @Test(arguments: [true, false])
  func predictionsHaveTheSizeOfTheImage(keepsProportions: Bool) throws {
    let segmenter = try segmenter(.lraspp) { $0.keepsProportions = keepsProportions }
    let used = try segmenter.makeSegmenter(parameters: segmenter.parameters, options: ModelOptions())
    for odd in [ImageSize(width: 31, height: 57), ImageSize(width: 200, height: 90)] {
      #expect(try used.predict(SourceImage(RGBImage(size: odd, color: (9, 9, 9)))).value.size == odd)
    }
  }
}
