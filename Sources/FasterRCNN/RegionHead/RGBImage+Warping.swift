import DetectionUtilities
import ImageCodecs

extension RGBImage {
  /// A region stretched to a square with some of its surroundings, R-CNN's input (Girshick et al. 2014, appendix A).
  ///
  /// `context` pixels of the square on every side show what lies around the region. Bilinear; grey outside of the image.
  package func warped(_ region: BoundingBox, side: Int, context: Int) -> RGBImage {
    let inner = Double(side - 2 * context)
    let scale = (x: region.width / inner, y: region.height / inner)
    let start = (x: region.x1 - Double(context) * scale.x, y: region.y1 - Double(context) * scale.y)
    var result = RGBImage(size: ImageSize(width: side, height: side), color: (114, 114, 114))
    let (width, height) = (width, height)
    // A cell of the result covers several pixels of a large region: their mean keeps it from aliasing.
    let samples = (x: min(4, max(1, Int(scale.x.rounded()))), y: min(4, max(1, Int(scale.y.rounded()))))
    pixels.withUnsafeBufferPointer { source in
      result.pixels.withUnsafeMutableBufferPointer { target in
        for row in 0..<side {
          for column in 0..<side {
            var sum = SIMD3<Double>.zero
            for subRow in 0..<samples.y {
              for subColumn in 0..<samples.x {
                let x = start.x + scale.x * (Double(column) + (Double(subColumn) + 0.5) / Double(samples.x))
                let y = start.y + scale.y * (Double(row) + (Double(subRow) + 0.5) / Double(samples.y))
                sum += Self.sample(source, width: width, height: height, x: x, y: y)
              }
            }
            let mean = sum / Double(samples.x * samples.y)
            let place = 3 * (row * side + column)
            for channel in 0..<3 { target[place + channel] = UInt8(mean[channel].rounded()) }
          }
        }
      }
    }
    return result
  }

  private static func sample(
    _ pixels: UnsafeBufferPointer<UInt8>, width: Int, height: Int, x: Double, y: Double
  ) -> SIMD3<Double> {
    if x < 0 || y < 0 || x >= Double(width) || y >= Double(height) { return SIMD3(repeating: 114) }
    // Pixel (i, j) has its centre at (i + ½, j + ½).
    let (left, top) = (max(0, x - 0.5), max(0, y - 0.5))
    let (x0, y0) = (Int(left), Int(top))
    let (x1, y1) = (min(x0 + 1, width - 1), min(y0 + 1, height - 1))
    let (u, v) = (left - Double(x0), top - Double(y0))
    func pixel(_ x: Int, _ y: Int) -> SIMD3<Double> {
      let place = 3 * (y * width + x)
      return SIMD3(Double(pixels[place]), Double(pixels[place + 1]), Double(pixels[place + 2]))
    }
    let upper = pixel(x0, y0) * (1 - u) + pixel(x1, y0) * u
    let lower = pixel(x0, y1) * (1 - u) + pixel(x1, y1) * u
    return upper * (1 - v) + lower * v
  }
}
