import DetectionUtilities
import Foundation
import ImageCodecs

/// Makes training samples from the images of a dataset: one affine warp an image, straight from the decoded image.
public struct Augmenter: Sendable {
  public let dataset: LabelledDataset
  /// Of every sample.
  public let inputSize: ImageSize
  public let configuration: AugmentationConfiguration
  private let cache: TrainingImageCache

  /// - Parameter cacheBudget: Bytes of decoded images kept in memory at most; the rest is decoded each time.
  /// - Throws: ``AugmentationConfigurationError`` where a setting is out of its range.
  public init(
    dataset: LabelledDataset, inputSize: ImageSize, configuration: AugmentationConfiguration,
    cacheBudget: Int = 1 << 30
  ) throws {
    precondition(inputSize.width > 0 && inputSize.height > 0, "an input size is above 0, not \(inputSize)")
    try configuration.validate()
    self.dataset = dataset
    self.inputSize = inputSize
    self.configuration = configuration
    cache = TrainingImageCache(
      images: dataset.images, inputSize: inputSize, configuration: configuration, budget: cacheBudget)
  }

  /// A varied sample of the image at `index`, alone or in a mosaic with three others.
  ///
  /// - Parameters:
  ///   - mosaic: Whether mosaics are allowed at all, at the configuration's probability.
  ///   - strength: From 0, no variation but flips and turns, to 1, the configuration.
  /// - Throws: ``DatasetError`` naming an image file that cannot be decoded.
  public func sample(
    at index: Int, mosaic: Bool = true, strength: Double = 1, using generator: inout SeededGenerator
  ) throws -> TrainingSample {
    let configuration = configuration.scaled(by: strength)
    var draft = Draft(size: inputSize, configuration: configuration)
    // Drawn in any case, so that switching mosaics off leaves the other draws as they were.
    let joins = generator.chance(configuration.mosaic) && mosaic
    if joins {
      let center = (
        x: Int((Double(inputSize.width) * generator.uniform(0.25, 0.75)).rounded()),
        y: Int((Double(inputSize.height) * generator.uniform(0.25, 0.75)).rounded())
      )
      let columns = [0..<center.x, center.x..<inputSize.width]
      let rows = [0..<center.y, center.y..<inputSize.height]
      for quadrant in 0..<4 {
        let member = quadrant == 0 ? index : generator.uniform(below: dataset.images.count)
        let region = ImageCanvas.Region(columns: columns[quadrant % 2], rows: rows[quadrant / 2])
        let placement = mosaicPlacement(
          of: dataset.images[member].size, quadrant: quadrant, region: region, configuration, &generator)
        let jitter = colorJitter(configuration, &generator)
        draft.add(
          try cache.pyramid(at: member), of: dataset.images[member], at: placement, region: region, jitter: jitter)
      }
    } else {
      let placement = singlePlacement(of: dataset.images[index].size, configuration, &generator)
      let jitter = colorJitter(configuration, &generator)
      draft.add(
        try cache.pyramid(at: index), of: dataset.images[index], at: placement, region: draft.canvas.wholeRegion,
        jitter: jitter)
    }
    return draft.sample(sourcePath: dataset.images[index].path)
  }

  /// How much an image is scaled to fit into another size as a whole.
  static func fittingScale(of size: ImageSize, into target: ImageSize) -> Double {
    min(Double(target.width) / Double(size.width), Double(target.height) / Double(size.height))
  }
}

extension Augmenter {
  private func turnedPlacement(
    of size: ImageSize, _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> ImagePlacement {
    var placement = ImagePlacement(sourceSize: size, x: 0, y: 0, width: 0, height: 0)
    if generator.chance(configuration.rotate90) {
      switch generator.uniform(below: 3) {
      case 0:
        placement.isTransposed = true
        placement.isMirroredInX = true
      case 1:
        placement.isTransposed = true
        placement.isMirroredInY = true
      default:
        placement.isMirroredInX = true
        placement.isMirroredInY = true
      }
    }
    if generator.chance(configuration.horizontalFlip) { placement.isMirroredInX.toggle() }
    if generator.chance(configuration.verticalFlip) { placement.isMirroredInY.toggle() }
    let lying = ImagePlacement.lyingSize(of: size, isTransposed: placement.isTransposed)
    // Drawn as a logarithm, so that halving is as likely as doubling.
    let factor = exp(generator.uniform(log(configuration.scaleMinimum), log(configuration.scaleMaximum)))
    let scale = Augmenter.fittingScale(of: lying, into: inputSize) * factor
    placement.width = Double(lying.width) * scale
    placement.height = Double(lying.height) * scale
    return placement
  }

  /// Anywhere in the input where the whole image is in sight, or, where it is larger, anywhere that it fills.
  private func singlePlacement(
    of size: ImageSize, _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> ImagePlacement {
    var placement = turnedPlacement(of: size, configuration, &generator)
    func position(_ space: Double, _ length: Double, _ generator: inout SeededGenerator) -> Double {
      let slack = space - length
      let moved = generator.uniform(-1, 1) * configuration.translate * space
      // Without variation in scale the margin is halved, as in detection.
      if configuration.scaleMinimum == 1, configuration.scaleMaximum == 1 { return slack / 2 + moved }
      return generator.uniform(min(0, slack), max(0, slack)) + moved
    }
    placement.x = position(Double(inputSize.width), placement.width, &generator)
    placement.y = position(Double(inputSize.height), placement.height, &generator)
    return placement
  }

  /// Filling the quadrant with some part of the image; where it is too small, against the mosaic's centre.
  private func mosaicPlacement(
    of size: ImageSize, quadrant: Int, region: ImageCanvas.Region, _ configuration: AugmentationConfiguration,
    _ generator: inout SeededGenerator
  ) -> ImagePlacement {
    var placement = turnedPlacement(of: size, configuration, &generator)
    func position(
      _ range: Range<Int>, _ length: Double, centerIsEnd: Bool, _ generator: inout SeededGenerator
    ) -> Double {
      let slack = Double(range.count) - length
      let fraction = generator.uniform(0, 1)
      if slack < 0 { return Double(range.lowerBound) + slack * fraction }
      return Double(range.lowerBound) + (centerIsEnd ? slack : 0)
    }
    placement.x = position(region.columns, placement.width, centerIsEnd: quadrant % 2 == 0, &generator)
    placement.y = position(region.rows, placement.height, centerIsEnd: quadrant / 2 == 0, &generator)
    return placement
  }

  private func colorJitter(
    _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> ColorJitter? {
    let hueShift = generator.uniform(-1, 1) * configuration.hue
    let saturation = exp(generator.uniform(-1, 1) * log(1 + configuration.saturation))
    let value = exp(generator.uniform(-1, 1) * log(1 + configuration.value))
    guard configuration.hue > 0 || configuration.saturation > 0 || configuration.value > 0 else { return nil }
    return ColorJitter(hueShift: hueShift, saturationFactor: saturation, valueFactor: value)
  }
}

extension Augmenter {
  /// A sample under construction.
  private struct Draft {
    var canvas: ImageCanvas
    var objects: [LabelledBox] = []
    var ignoredRegions: [BoundingBox] = []
    let configuration: AugmentationConfiguration

    init(size: ImageSize, configuration: AugmentationConfiguration) {
      canvas = ImageCanvas(size: size)
      self.configuration = configuration
    }

    mutating func add(
      _ pyramid: ImagePyramid, of image: LabelledImage, at placement: ImagePlacement, region: ImageCanvas.Region,
      jitter: ColorJitter?
    ) {
      canvas.draw(pyramid, at: placement, clippedTo: region, jitter: jitter)
      for object in image.objects {
        let placed = placement.placed(object.box)
        let seen = BoundingBox(
          x1: max(placed.x1, Double(region.columns.lowerBound)), y1: max(placed.y1, Double(region.rows.lowerBound)),
          x2: min(placed.x2, Double(region.columns.upperBound)), y2: min(placed.y2, Double(region.rows.upperBound)))
        guard seen.width > 0, seen.height > 0 else { continue }
        if object.isCrowd {
          ignoredRegions.append(seen)
        } else if seen.area >= configuration.minimumVisibleFraction * placed.area,
          min(seen.width, seen.height) >= configuration.minimumBoxSide
        {
          objects.append(LabelledBox(box: seen, classIndex: object.classIndex))
        }
      }
    }

    func sample(sourcePath: String) -> TrainingSample {
      TrainingSample(
        image: canvas.image(), objects: objects, ignoredRegions: ignoredRegions, sourcePath: sourcePath)
    }
  }
}
