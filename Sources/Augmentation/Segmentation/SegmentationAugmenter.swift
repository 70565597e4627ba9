import Datasets
import DetectionUtilities
import ImageCodecs
import Synchronization

/// Makes a segmenter's training samples: an image brought to the network's input as in use, then scaled, cropped, mirrored and
/// changed in its colours. Labels go the same way, each pixel with the label of the nearest.
public final class SegmentationAugmenter: Sendable {
  public let set: SegmentedSet
  /// Of every sample.
  public let inputSize: ImageSize
  public let configuration: SegmentationAugmentationConfiguration
  private let keepsProportions: Bool
  private let outputMargin: Int
  private let budget: Int
  private let cache = Mutex(Cache())

  private struct Cache {
    var entries: [Int: Source] = [:]
    var bytes = 0
  }

  /// An image at about the size at which it is needed, with its labels at their own.
  private struct Source: Sendable {
    var image: RGBImage
    var labels: LabelMap
  }

  /// - Parameters:
  ///   - keepsProportions: whether images are fitted into the input with space beside them; else they are stretched.
  ///   - outputMargin: pixels at every side of the input of which the network says nothing. The image is placed so that all of it
  ///     has its turn in what lies between, and mirrored where the input reaches beyond its edge.
  ///   - cacheBudget: bytes of decoded files kept in memory at most; the rest is decoded each time.
  /// - Throws: ``AugmentationConfigurationError`` where a setting is out of its range.
  public init(
    set: SegmentedSet, inputSize: ImageSize, keepsProportions: Bool = false, outputMargin: Int = 0,
    configuration: SegmentationAugmentationConfiguration, cacheBudget: Int = 1 << 30
  ) throws {
    try configuration.validate()
    self.set = set
    self.inputSize = inputSize
    self.keepsProportions = keepsProportions
    self.outputMargin = outputMargin
    self.configuration = configuration
    budget = cacheBudget
  }

  /// The grey round the images, as in letterboxes.
  private static let groundLevel: UInt8 = 114

  /// A varied sample of the image at `index`.
  ///
  /// - Throws: `DatasetError` naming a file that cannot be decoded.
  public func sample(at index: Int, using generator: inout SeededGenerator) throws -> SegmentedSample {
    let source = try source(at: index)
    var placement = placement(of: source.labels.size, &generator)
    let jitter = colorJitter(&generator)
    let deviation = configuration.elasticDeformation
    let deformation =
      deviation > 0 ? ElasticDeformation(deviation: deviation, size: inputSize, using: &generator) : nil
    if configuration.classCrop > 0, generator.chance(configuration.classCrop),
      let pixel = source.labels.pixelOfDrawnClass(using: &generator)
    {
      placement.move(pixelAt: pixel, of: source.labels.size, into: inputSize, margin: outputMargin, using: &generator)
    }
    let (imageMap, labelMap) = (placement.map(to: source.image.size), placement.map(to: source.labels.size))
    let fill = outputMargin > 0 ? .reflect : configuration.fill
    var image: RGBImage
    let labels: LabelMap
    if let deformation {
      image = source.image.warped(
        by: imageMap, deformedBy: deformation, size: inputSize, fill: fill, level: Self.groundLevel)
      labels = source.labels.warped(by: labelMap, deformedBy: deformation, size: inputSize)
    } else {
      image = source.image.warped(by: imageMap, size: inputSize, fill: fill, level: Self.groundLevel)
      labels = source.labels.warped(by: labelMap, size: inputSize)
    }
    if let jitter {
      var pixels = image.pixels
      var span = pixels.mutableSpan
      jitter.apply(to: &span, bytes: 0..<span.count)
      image.pixels = pixels
    }
    if configuration.noise > 0 {
      image.addNoise(deviation: generator.uniform(0, configuration.noise), using: &generator)
    }
    return SegmentedSample(image: image, target: labels, sourcePath: set.images[index].path)
  }

  /// Draws the same numbers whatever the settings are, so that changing one leaves the others' draws as they were.
  private func placement(of size: ImageSize, _ generator: inout SeededGenerator) -> LabelledPlacement {
    let scale = generator.uniform(configuration.scaleMinimum, configuration.scaleMaximum)
    let (placeX, placeY) = (generator.uniform(0, 1), generator.uniform(0, 1))
    let mirrorsX = generator.chance(configuration.horizontalFlip)
    let mirrorsY = generator.chance(configuration.verticalFlip)
    let isTransposed = generator.chance(configuration.transpose)
    let fitted = fitted(ImagePlacement.lyingSize(of: size, isTransposed: isTransposed))
    let (width, height) = (scale * fitted.width, scale * fitted.height)
    func start(_ place: Double, _ extent: Int, _ placed: Double) -> Double {
      Double(outputMargin) + place * (Double(extent - 2 * outputMargin) - placed)
    }
    return LabelledPlacement(
      x: start(placeX, inputSize.width, width), y: start(placeY, inputSize.height, height), width: width,
      height: height, mirrorsX: mirrorsX, mirrorsY: mirrorsY, isTransposed: isTransposed)
  }

  /// The size that an image has in use.
  private func fitted(_ size: ImageSize) -> (width: Double, height: Double) {
    let (width, height) = (Double(inputSize.width), Double(inputSize.height))
    guard keepsProportions else { return (width, height) }
    let scale = min(width / Double(size.width), height / Double(size.height))
    return (scale * Double(size.width), scale * Double(size.height))
  }

  private func source(at index: Int) throws -> Source {
    if let kept = cache.withLock({ $0.entries[index] }) { return kept }
    // Outside the lock. Two threads may decode the same image; both get the same.
    let entry = set.images[index]
    let fitted = fitted(entry.size)
    let scale = max(1, configuration.scaleMaximum)
    func needed(_ extent: Double, _ whole: Int) -> Int { min(whole, max(1, Int((scale * extent).rounded(.up)))) }
    let size = ImageSize(
      width: needed(fitted.width, entry.size.width), height: needed(fitted.height, entry.size.height))
    let decoded = try entry.decoded(atLeast: size)
    guard decoded.originalSize == entry.size else {
      throw DatasetError(
        path: entry.path,
        problem: "is \(decoded.originalSize), but was \(entry.size) when the set was read; expected it not to change")
    }
    let image = decoded.image.size == size ? decoded.image : decoded.image.resized(to: size)
    let source = Source(image: image, labels: try entry.labels())
    let bytes = image.pixels.count + source.labels.indices.count
    cache.withLock { cache in
      guard cache.entries[index] == nil, cache.bytes + bytes <= budget else { return }
      cache.bytes += bytes
      cache.entries[index] = source
    }
    return source
  }

  private func colorJitter(_ generator: inout SeededGenerator) -> ColorJitter? {
    let settings = configuration
    guard settings.hue > 0 || settings.saturation > 0 || settings.value > 0 else { return nil }
    func factor(_ most: Double) -> Double {
      let factor = generator.uniform(1, 1 + most)
      return generator.chance(0.5) ? factor : 1 / factor
    }
    let hue = generator.uniform(-settings.hue, settings.hue)
    return ColorJitter(
      hueShift: hue, saturationFactor: factor(settings.saturation), valueFactor: factor(settings.value))
  }
}

/// One image for a segmenter's training, with a label for every pixel.
public struct SegmentedSample: Sendable {
  public var image: RGBImage
  /// Of the image's size.
  public var target: LabelMap
  /// The image file, for errors.
  public var sourcePath: String
}

extension ShuffledBatches where Example == SegmentedSample {
  /// - Throws: `DatasetError` where the set has no image.
  public convenience init(_ augmenter: SegmentationAugmenter, batchSize: Int, seed: UInt64) throws {
    try self.init(imageCount: augmenter.set.images.count, batchSize: batchSize, seed: seed) {
      try augmenter.sample(at: $0, using: &$2)
    }
  }
}
