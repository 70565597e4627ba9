import Classification
import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import Tensors
import Testing

struct TrainableImageClassifierTests {
  private let classes = [ModelFile.Label(name: "dark", id: 0), ModelFile.Label(name: "light", id: 1)]

  private func configuration(_ network: ClassifierNetwork = .lectures, channels: Int = 1) -> ClassifierConfiguration {
    var configuration = ClassifierConfiguration()
    configuration.network = network
    configuration.inputSize = ImageSize(width: 12, height: 12)
    configuration.inputChannels = channels
    configuration.hiddenUnits = [8]
    return configuration
  }

  private func classifier(_ configuration: ClassifierConfiguration) throws -> TrainableImageClassifier {
    var generator = SeededGenerator(seed: 1)
    return try TrainableImageClassifier(configuration, classes: classes, using: &generator)
  }

  /// Dark and light images with some noise.
  private func batch(_ count: Int, seed: UInt64) -> (images: [RGBImage], targets: [ClassTarget]) {
    var generator = SeededGenerator(seed: seed)
    let size = ImageSize(width: 12, height: 12)
    let images = (0..<count).map { index in
      let level = index % 2 == 0 ? 70 : 150
      return RGBImage(size: size, pixels: (0..<432).map { _ in UInt8(level + generator.uniform(below: 40)) })
    }
    return (images, (0..<count).map { ClassTarget($0 % 2) })
  }

  @Test func stepsDrawWhatTheirGeneratorSays() throws {
    let classifier = try classifier(configuration())
    let (images, targets) = batch(4, seed: 5)
    func loss(_ seed: UInt64) throws -> Float {
      try classifier.trainingStep(images: images, targets: targets, generator: SeededGenerator(seed: seed)).losses[0]
        .value
    }
    let first = try loss(1)
    #expect(try loss(2) != first)
    #expect(try loss(1) == first)
  }

  @Test(arguments: [ClassifierNetwork.lectures, .fullyConnected, .resNet20CIFAR], [1, 3])
  func whatIsLearntIsPredicted(network: ClassifierNetwork, channels: Int) throws {
    let classifier = try classifier(configuration(network, channels: channels))
    // Few hidden units move the logits little.
    let rate: Float = network == .fullyConnected ? 0.2 : 0.02
    var first: Float?
    var last: Float = 0
    for step in 0..<25 {
      let (images, targets) = batch(8, seed: UInt64(step))
      let result = try classifier.trainingStep(
        images: images, targets: targets, generator: SeededGenerator(seed: UInt64(step)))
      last = result.losses[0].value
      if first == nil { first = last }
      for specification in classifier.parameterSpecifications where specification.isTrainable {
        guard let gradient = result.gradients[specification.name] else { continue }
        classifier.parameters.update(specification.name) { tensor in
          for index in 0..<tensor.elementCount { tensor[index] -= rate * gradient[index] }
        }
      }
    }
    #expect(last < 0.5 * (first ?? 0), "from \(first ?? 0) to \(last)")
    let trained = try classifier.makeClassifier(parameters: classifier.parameters, options: ModelOptions())
    let (images, _) = batch(6, seed: 99)
    for (index, image) in images.enumerated() {
      #expect(try trained.predict(SourceImage(image)).value.mostProbable == index % 2)
    }
  }

  @Test func oneClassIsNotEnough() {
    var generator = SeededGenerator(seed: 1)
    #expect(throws: ClassifierConfigurationError.self) {
      try TrainableImageClassifier(configuration(), classes: [classes[0]], using: &generator)
    }
  }

  /// A middle that differs from the rest decides where a model looks at the middle.
  @Test func aModelLooksAtTheMiddle() throws {
    var image = RGBImage(size: ImageSize(width: 40, height: 20), color: (10, 20, 30))
    for row in 4..<16 {
      for column in 14..<26 {
        for channel in 0..<3 { image.pixels[3 * (row * 40 + column) + channel] = 200 }
      }
    }
    let middle = image.centerCrop(ImageSize(width: 12, height: 12), ofShorterSide: 20)
    #expect(middle.pixels.allSatisfy { $0 == 200 })
    var configuration = configuration(channels: 3)
    configuration.resizedSide = 20
    let classifier = try classifier(configuration)
    let whole = try classifier.makeClassifier(parameters: classifier.parameters, options: ModelOptions())
    configuration.resizedSide = 0
    let stretched = try self.classifier(configuration)
    let plain = try stretched.makeClassifier(parameters: classifier.parameters, options: ModelOptions())
    let seen = try whole.predict(SourceImage(image)).value
    #expect(try plain.predict(SourceImage(middle)).value == seen)
    #expect(try plain.predict(SourceImage(image)).value != seen)
  }
}
