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
