import DetectionUtilities
import Foundation
import ImageCodecs

/// Where the images of a sample lie, and how their colours are changed: drawn anew for each.
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
  func singlePlacement(
    of size: ImageSize, _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> ImagePlacement {
    var placement = turnedPlacement(of: size, configuration, &generator)
    if crop(&placement, into: wholeRegion, configuration, &generator) { return placement }
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
  func mosaicPlacement(
    of size: ImageSize, quadrant: Int, region: ImageCanvas.Region, _ configuration: AugmentationConfiguration,
    _ generator: inout SeededGenerator
  ) -> ImagePlacement {
    var placement = turnedPlacement(of: size, configuration, &generator)
    if crop(&placement, into: region, configuration, &generator) { return placement }
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

  private var wholeRegion: ImageCanvas.Region {
    ImageCanvas.Region(columns: 0..<inputSize.width, rows: 0..<inputSize.height)
  }

  /// Lets a part of the image fill the region, where the configuration has random crops and one is found.
  private func crop(
    _ placement: inout ImagePlacement, into region: ImageCanvas.Region, _ configuration: AugmentationConfiguration,
    _ generator: inout SeededGenerator
  ) -> Bool {
    let (width, height) = (Double(region.columns.count), Double(region.rows.count))
    guard configuration.randomResizedCrop > 0, width > 0, height > 0 else { return false }
    let lying = ImagePlacement.lyingSize(of: placement.sourceSize, isTransposed: placement.isTransposed)
    let crop = RandomResizedCrop(smallestShare: configuration.randomResizedCrop, aspect: width / height)
    guard let part = crop.part(width: Double(lying.width), height: Double(lying.height), using: &generator) else {
      return false
    }
    placement.width = Double(lying.width) * width / part.width
    placement.height = Double(lying.height) * height / part.height
    placement.x = Double(region.columns.lowerBound) - part.x1 * width / part.width
    placement.y = Double(region.rows.lowerBound) - part.y1 * height / part.height
    return true
  }

  /// How an image is turned and sheared about the middle of a region, from the result back; nil where it is not. Draws numbers
  /// only where the configuration turns or shears.
  func turn(
    about region: ImageCanvas.Region, _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> AffineMap? {
    guard configuration.rotation > 0 || configuration.shear > 0 else { return nil }
    return AffineMap(
      center: (
        Double(region.columns.lowerBound + region.columns.upperBound) / 2,
        Double(region.rows.lowerBound + region.rows.upperBound) / 2
      ),
      degrees: generator.uniform(-configuration.rotation, configuration.rotation),
      shear: generator.uniform(-configuration.shear, configuration.shear))
  }

  func colorJitter(
    _ configuration: AugmentationConfiguration, _ generator: inout SeededGenerator
  ) -> ColorJitter? {
    let hueShift = generator.uniform(-1, 1) * configuration.hue
    let saturation = exp(generator.uniform(-1, 1) * log(1 + configuration.saturation))
    let value = exp(generator.uniform(-1, 1) * log(1 + configuration.value))
    guard configuration.hue > 0 || configuration.saturation > 0 || configuration.value > 0 else { return nil }
    return ColorJitter(hueShift: hueShift, saturationFactor: saturation, valueFactor: value)
  }
}
