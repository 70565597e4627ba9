import DetectionUtilities
import ImageCodecs

/// A smooth deformation of an image (Ronneberger et al. 2015, section 3.1): every place moves by what random displacements of
/// 3×3 points, spread evenly from corner to corner, say of it, interpolated with bicubic splines.
///
/// The splines are Catmull-Rom's, which go through the points; beyond the outer points each is repeated.
package struct ElasticDeformation: Sendable {
  /// Displacements of the points along x and y, in pixels, row-major.
  private let points: [SIMD2<Double>]
  /// What the three points of an axis weigh in every column and row.
  private let columns: [SIMD3<Double>]
  private let rows: [SIMD3<Double>]

  /// - Parameter points: displacements, three rows of three.
  package init(points: [SIMD2<Double>], size: ImageSize) {
    precondition(points.count == 9, "\(points.count) displacements, expected 3×3")
    self.points = points
    columns = (0..<size.width).map { Self.weights(at: (Double($0) + 0.5) / Double(size.width)) }
    rows = (0..<size.height).map { Self.weights(at: (Double($0) + 0.5) / Double(size.height)) }
  }

  /// Draws normally distributed displacements.
  ///
  /// - Parameter deviation: of every displacement along either axis, in pixels.
  package init(deviation: Double, size: ImageSize, using generator: inout SeededGenerator) {
    self.init(points: (0..<9).map { _ in generator.normalPair(deviation: deviation) }, size: size)
  }

  /// What three points at 0, 1/2 and 1 weigh at a place from 0 to 1.
  static func weights(at place: Double) -> SIMD3<Double> {
    let isSecond = place >= 0.5
    let t = 2 * place - (isSecond ? 1 : 0)
    // Of the points before, at the beginning, at the end and behind the half (Catmull-Rom).
    let before: Double = 0.5 * t * (-1 + t * (2 - t))
    let start: Double = 1 + 0.5 * t * t * (-5 + 3 * t)
    let end: Double = 0.5 * t * (1 + t * (4 - 3 * t))
    let behind: Double = 0.5 * t * t * (t - 1)
    return isSecond ? [before, start, end + behind] : [before + start, end, behind]
  }

  /// What is seen at each pixel of a row comes from so far away.
  package func displacements(ofRow row: Int) -> [SIMD2<Double>] {
    let weights = rows[row]
    let left = Self.sum(points[0], points[3], points[6], weights: weights)
    let middle = Self.sum(points[1], points[4], points[7], weights: weights)
    let right = Self.sum(points[2], points[5], points[8], weights: weights)
    return columns.map { Self.sum(left, middle, right, weights: $0) }
  }

  private static func sum(
    _ first: SIMD2<Double>, _ second: SIMD2<Double>, _ third: SIMD2<Double>, weights: SIMD3<Double>
  ) -> SIMD2<Double> {
    var sum: SIMD2<Double> = first * weights.x
    sum += second * weights.y
    sum += third * weights.z
    return sum
  }
}

extension SeededGenerator {
  /// Two independent normally distributed numbers (the polar method, Marsaglia and Bray 1964).
  mutating func normalPair(deviation: Double) -> SIMD2<Double> {
    while true {
      let pair = SIMD2(uniform(-1, 1), uniform(-1, 1))
      let square = (pair * pair).sum()
      if square > 0 && square < 1 { return deviation * (-2 * square.logarithm() / square).squareRoot() * pair }
    }
  }
}

extension RGBImage {
  /// Adds normally distributed noise to the brightness: the same to all three channels of a pixel.
  ///
  /// - Parameter deviation: its standard deviation, in levels.
  mutating func addNoise(deviation: Double, using generator: inout SeededGenerator) {
    var values = pixels.mutableSpan
    for place in stride(from: 0, to: values.count, by: 6) {
      let pair = generator.normalPair(deviation: deviation)
      Self.add(pair.x, to: &values, at: place)
      if place + 3 < values.count { Self.add(pair.y, to: &values, at: place + 3) }
    }
  }

  private static func add(_ noise: Double, to values: inout MutableSpan<UInt8>, at place: Int) {
    for channel in place..<place + 3 {
      values[channel] = UInt8(max(0, min(255, Double(values[channel]) + noise.rounded())))
    }
  }

  /// The image as a map shows it behind a deformation, bilinear between pixel centres at halves.
  func warped(
    by map: AffineMap, deformedBy deformation: ElasticDeformation, size target: ImageSize, fill: FillMode, level: UInt8
  ) -> RGBImage {
    var result = [UInt8](repeating: 0, count: 3 * target.width * target.height)
    let sampler = BilinearSampler(width: width, height: height, fill: fill, level: Float(level))
    let source = pixels.span
    var output = result.mutableSpan
    for row in 0..<target.height {
      for (column, moved) in deformation.displacements(ofRow: row).enumerated() {
        let (x, y) = map(x: Double(column) + 0.5 + moved.x, y: Double(row) + 0.5 + moved.y)
        sampler.sample(source, x: x - 0.5, y: y - 0.5, to: &output, at: 3 * (row * target.width + column))
      }
    }
    return RGBImage(size: target, pixels: result)
  }
}

extension LabelMap {
  /// The map as an affine map shows it behind a deformation: every pixel has the label of the one that its middle falls on, and is
  /// ignored beyond the edge.
  func warped(by map: AffineMap, deformedBy deformation: ElasticDeformation, size target: ImageSize) -> LabelMap {
    var result = LabelMap(size: target)
    let source = indices.span
    for row in 0..<target.height {
      for (column, moved) in deformation.displacements(ofRow: row).enumerated() {
        let (left, top) = map(x: Double(column) + 0.5 + moved.x, y: Double(row) + 0.5 + moved.y)
        guard left >= 0, top >= 0, left < Double(width), top < Double(height) else { continue }
        result.indices[row * target.width + column] = source[Int(top) * width + Int(left)]
      }
    }
    return result
  }
}
