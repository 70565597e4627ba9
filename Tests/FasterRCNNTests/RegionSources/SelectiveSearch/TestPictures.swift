import DetectionUtilities
import ImageCodecs

/// Small pictures with known regions.
enum TestPictures {
  /// Grey values row by row.
  static func grey(_ rows: [[UInt8]]) -> RGBImage {
    RGBImage(
      size: ImageSize(width: rows[0].count, height: rows.count),
      pixels: rows.flatMap { row in row.flatMap { [$0, $0, $0] } })
  }

  /// Filled rectangles on a background; corners are whole pixels.
  static func rectangles(
    _ rectangles: [(box: BoundingBox, color: (red: UInt8, green: UInt8, blue: UInt8))], size: ImageSize,
    background: (red: UInt8, green: UInt8, blue: UInt8)
  ) -> RGBImage {
    var image = RGBImage(size: size, color: background)
    for (box, color) in rectangles {
      for y in Int(box.y1)..<Int(box.y2) {
        for x in Int(box.x1)..<Int(box.x2) {
          let start = 3 * (y * size.width + x)
          image.pixels.replaceSubrange(start..<start + 3, with: [color.red, color.green, color.blue])
        }
      }
    }
    return image
  }

  /// Every byte drawn on its own.
  static func noise(_ size: ImageSize, seed: UInt64) -> RGBImage {
    var generator = SeededGenerator(seed: seed)
    let pixels = (0..<3 * size.width * size.height).map { _ in UInt8(generator.uniform(below: 256)) }
    return RGBImage(size: size, pixels: pixels)
  }
}
