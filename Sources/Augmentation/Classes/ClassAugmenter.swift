import Datasets
import DetectionUtilities
import ImageCodecs

/// Makes a classifier's training samples: an image brought to the network's input as in use, varied by one affine map, in its
/// colours, and perhaps mixed with another.
public struct ClassAugmenter: Sendable {
  public let set: ClassifiedSet
  /// Of every sample.
  public let inputSize: ImageSize
  public let configuration: ClassAugmentationConfiguration
  private let cache: ClassImageCache

  /// - Parameters:
  ///   - resizedSide: what the image's shorter side is brought to before its middle is taken; 0 for stretching the whole image.
  ///   - cacheBudget: bytes of decoded files kept in memory at most; the rest is decoded each time.
  /// - Throws: ``AugmentationConfigurationError`` where a setting is out of its range.
  public init(
    set: ClassifiedSet, inputSize: ImageSize, resizedSide: Int = 0, configuration: ClassAugmentationConfiguration,
    cacheBudget: Int = 1 << 30
  ) throws {
    try configuration.validate()
    self.set = set
    self.inputSize = inputSize
    self.configuration = configuration
    cache = ClassImageCache(
      images: set.images, inputSize: inputSize, resizedSide: resizedSide,
      smallestCrop: configuration.randomResizedCrop, budget: cacheBudget)
  }

  /// A varied sample of the image at `index`.
  ///
  /// - Throws: `DatasetError` naming an image file that cannot be decoded.
  public func sample(at index: Int, using generator: inout SeededGenerator) throws -> ClassifiedSample {
    var image = try varied(index, &generator)
    var target = ClassTarget(set.images[index].classIndex)
    let mixes = configuration.mixup > 0
    let pastes = configuration.cutmix > 0 && (!mixes || generator.chance(0.5))
    if mixes || pastes {
      let partner = generator.uniform(below: set.images.count)
      let other = try varied(partner, &generator)
      let otherTarget = ClassTarget(set.images[partner].classIndex)
      let alpha = pastes ? configuration.cutmix : configuration.mixup
      var weight = generator.beta(alpha)
      if pastes {
        weight = image.paste(other, share: 1 - weight, using: &generator)
      } else {
        image.blend(other, weight: weight)
      }
      target = ClassTarget(mixing: target, weight: Float(weight), with: otherTarget)
    }
    return ClassifiedSample(image: image, target: target, sourcePath: set.images[index].name)
  }

  private func varied(_ index: Int, _ generator: inout SeededGenerator) throws -> RGBImage {
    let source = try cache.image(at: index)
    let map = map(of: source.size, &generator)
    var image = source.warped(
      by: map, size: inputSize, fill: configuration.fill, level: UInt8(configuration.fillLevel))
    if let jitter = colorJitter(&generator) {
      var pixels = image.pixels
      var span = pixels.mutableSpan
      jitter.apply(to: &span, bytes: 0..<span.count)
      image.pixels = pixels
    }
    return image
  }

  /// Draws the same numbers whatever the settings are, so that changing one leaves the others' draws as they were.
  private func map(of source: ImageSize, _ generator: inout SeededGenerator) -> AffineMap {
    let (width, height) = (Double(inputSize.width), Double(inputSize.height))
    let padding = configuration.padding
    let moved = (
      x: generator.uniform(below: 2 * padding + 1) - padding, y: generator.uniform(below: 2 * padding + 1) - padding
    )
    let shift = (
      x: width * generator.uniform(-configuration.shift, configuration.shift) + Double(moved.x),
      y: height * generator.uniform(-configuration.shift, configuration.shift) + Double(moved.y)
    )
    let map = AffineMap(
      center: (width / 2, height / 2), degrees: generator.uniform(-configuration.rotation, configuration.rotation),
      shear: generator.uniform(-configuration.shear, configuration.shear),
      scale: generator.uniform(1 - configuration.zoom, 1 + configuration.zoom),
      mirrorsX: generator.chance(configuration.horizontalFlip), mirrorsY: generator.chance(configuration.verticalFlip),
      shift: shift)
    let crop = crop(of: source, &generator)
    return map.followed(
      byScaleX: crop.width / width, scaleY: crop.height / height, left: crop.x1, top: crop.y1)
  }

  /// The part of an image that is shown.
  private func crop(of source: ImageSize, _ generator: inout SeededGenerator) -> BoundingBox {
    let (width, height) = (Double(source.width), Double(source.height))
    let whole = BoundingBox(x1: 0, y1: 0, x2: width, y2: height)
    guard configuration.randomResizedCrop > 0 else { return whole }
    return RandomResizedCrop(smallestShare: configuration.randomResizedCrop).part(
      width: width, height: height, using: &generator) ?? whole
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

/// One image for a classifier's training, with what it shows.
public struct ClassifiedSample: Sendable {
  /// Of exactly the input size of the network.
  public var image: RGBImage
  public var target: ClassTarget
  /// The image file, or what tells it from others in its file.
  public var sourcePath: String

  public init(image: RGBImage, target: ClassTarget, sourcePath: String) {
    self.image = image
    self.target = target
    self.sourcePath = sourcePath
  }
}
