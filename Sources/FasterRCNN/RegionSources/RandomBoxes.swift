import DetectionUtilities
import Foundation
import ImageCodecs

/// Boxes drawn at random: the baseline that any method of finding proposals has to beat.
public struct RandomBoxes: Hashable, Sendable {
  /// The shortest side, as a share of the image's.
  public var smallestShare = 1.0 / 32

  public init() {}

  /// Exactly `count` boxes: width and height independent and log-uniform, from ``smallestShare`` of the image's side
  /// (at least a pixel) to all of it, and then a place uniform among those inside the image.
  public func proposals(in size: ImageSize, count: Int, seed: UInt64) -> [BoundingBox] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let (x1, x2) = span(in: Double(size.width), using: &generator)
      let (y1, y2) = span(in: Double(size.height), using: &generator)
      return BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2)
    }
  }

  private func span(in side: Double, using generator: inout SeededGenerator) -> (Double, Double) {
    let shortest = min(side, max(1, side * smallestShare))
    let length = min(side, exp(generator.uniform(log(shortest), log(side))))
    let start = generator.uniform(0, side - length)
    return (start, min(side, start + length))
  }
}
