import DetectionUtilities
import ImageCodecs

extension RGBImage {
  /// Blends another image of the same size in: `weight` of this one and the rest of the other (mixup).
  mutating func blend(_ other: RGBImage, weight: Double) {
    precondition(other.size == size, "images of \(size) and \(other.size) do not mix")
    let (own, rest) = (Float(weight), Float(1 - weight))
    let source = other.pixels.span
    var target = pixels.mutableSpan
    for index in 0..<target.count {
      target[index] = UInt8(min(own * Float(target[index]) + rest * Float(source[index]) + 0.5, 255))
    }
  }

  /// Pastes a rectangle of another image of the same size in, at its place there, with the image's proportions, around a random
  /// centre and clipped to the image (CutMix).
  ///
  /// - Parameter share: of the area, before clipping.
  /// - Returns: this image's share of what is then seen.
  mutating func paste(_ other: RGBImage, share: Double, using generator: inout SeededGenerator) -> Double {
    precondition(other.size == size, "images of \(size) and \(other.size) do not mix")
    let side = share.squareRoot()
    let (centerX, centerY) = (generator.uniform(below: width), generator.uniform(below: height))
    func range(_ center: Int, _ extent: Int) -> Range<Int> {
      let half = Int(side * Double(extent)) / 2
      return max(0, center - half)..<min(extent, center + half)
    }
    let (columns, rows) = (range(centerX, width), range(centerY, height))
    for row in rows {
      let start = 3 * (row * width + columns.lowerBound)
      for index in start..<start + 3 * columns.count { pixels[index] = other.pixels[index] }
    }
    return 1 - Double(rows.count * columns.count) / Double(width * height)
  }
}

extension SeededGenerator {
  /// A number of Beta(α, α): two numbers of Gamma(α), the first's share of both.
  mutating func beta(_ alpha: Double) -> Double {
    let (first, second) = (gamma(alpha), gamma(alpha))
    return first + second > 0 ? first / (first + second) : 0.5
  }

  /// A number of Gamma(shape, 1) (Marsaglia & Tsang 2000).
  private mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 {
      // Section 6: from one of shape + 1.
      let boosted = gamma(shape + 1)
      return boosted * ((1 - uniform(0, 1)).logarithm() / shape).exponential()
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = standardNormal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if (1 - uniform(0, 1)).logarithm() < 0.5 * x * x + d - d * v + d * v.logarithm() { return d * v }
    }
  }

  /// A number of the normal distribution (Marsaglia's polar method, 1964).
  private mutating func standardNormal() -> Double {
    while true {
      let (x, y) = (uniform(-1, 1), uniform(-1, 1))
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * square.logarithm() / square).squareRoot() }
    }
  }
}
