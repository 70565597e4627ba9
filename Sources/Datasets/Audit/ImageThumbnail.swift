import ImageCodecs

/// A small grey copy of an image, by which images that look the same are found.
///
/// Every cell is the mean of its part of the image, so that another size or JPEG quality changes it by a level or two,
/// and a new object by tens.
struct ImageThumbnail: Sendable {
  static let side = 32
  /// Two images look the same where no cell differs by more than this many of 255 levels, ...
  static let largestDifference = 5
  /// ... and the cells by no more than this on average.
  static let meanDifference = 1.5
  /// Fewer levels than this between the darkest and the brightest cell are no picture to be told from another.
  static let leastContrast = 16

  /// `side` × `side`, row-major.
  let cells: [UInt8]
  /// The means of the 4×4 parts, for a quick comparison.
  let parts: SIMD16<Int16>
  /// Width by height of the image: looking the same supposes the same shape.
  let aspectRatio: Double
  let hasContrast: Bool

  init(_ image: RGBImage) {
    let side = ImageThumbnail.side
    let small = image.resized(to: ImageSize(width: side, height: side)).pixels
    cells = (0..<side * side).map { cell in
      let (red, green, blue) = (Int(small[3 * cell]), Int(small[3 * cell + 1]), Int(small[3 * cell + 2]))
      return UInt8((77 * red + 150 * green + 29 * blue) >> 8)
    }
    var sums = SIMD16<Int16>(repeating: 0)
    for (cell, value) in cells.enumerated() {
      // 64 cells a part: a quarter of each value keeps the sum within 16 bits.
      sums[cell / side / 8 * 4 + cell % side / 8] += Int16(value >> 2)
    }
    parts = sums / 16
    aspectRatio = Double(image.width) / Double(image.height)
    hasContrast = Int(cells.max() ?? 0) - Int(cells.min() ?? 0) >= ImageThumbnail.leastContrast
  }

  func looksLike(_ other: ImageThumbnail) -> Bool {
    guard hasContrast, other.hasContrast else { return false }
    let difference = parts &- other.parts
    // The mean of a part differs by less than its cells; rounding the quarters adds up to four levels.
    let limit = Int16(ImageThumbnail.largestDifference + 4)
    guard difference.max() <= limit, difference.min() >= -limit else { return false }
    guard abs(aspectRatio / other.aspectRatio - 1) < 0.02 else { return false }
    var sum = 0
    for (mine, theirs) in zip(cells, other.cells) {
      let difference = abs(Int(mine) - Int(theirs))
      if difference > ImageThumbnail.largestDifference { return false }
      sum += difference
    }
    return Double(sum) <= ImageThumbnail.meanDifference * Double(cells.count)
  }
}
