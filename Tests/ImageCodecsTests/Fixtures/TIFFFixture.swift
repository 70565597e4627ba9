import ImageCodecs

/// A TIFF file written by the test itself, without compression: tags first, pixels last.
struct TIFFFixture {
  enum Photometric: Int {
    case minIsWhite = 0
    case minIsBlack = 1
    case rgb = 2
    case palette = 3
    case inks = 5
    case colorFilterArray = 32803
  }

  var size: ImageSize
  var photometric = Photometric.minIsBlack
  var bits = 8
  /// Samples of the pixel (x, y).
  var samples: (_ x: Int, _ y: Int) -> [Int]
  var sampleCount = 1
  var isBigEndian = false
  var hasPlanes = false
  var rowsPerStrip = Int.max
  /// Sides of tiles in place of strips.
  var tile: ImageSize?
  var orientation: Int?
  var extraSamples: [Int] = []
  /// 1 unsigned, 2 signed, 3 floating point.
  var sampleFormat: Int?
  var colorMap: [Int] = []
  /// Further tags: number, type, and values.
  var moreTags: [(Int, Int, [Int])] = []

  var bytes: [UInt8] {
    let parts = parts
    var tags: [(number: Int, type: Int, values: [Int])] = [
      (256, 4, [size.width]), (257, 4, [size.height]), (258, 3, Array(repeating: bits, count: sampleCount)),
      (259, 3, [1]), (262, 3, [photometric.rawValue]), (277, 3, [sampleCount]), (284, 3, [hasPlanes ? 2 : 1]),
    ]
    if let orientation { tags.append((274, 3, [orientation])) }
    if !extraSamples.isEmpty { tags.append((338, 3, extraSamples)) }
    if let sampleFormat { tags.append((339, 3, Array(repeating: sampleFormat, count: sampleCount))) }
    if !colorMap.isEmpty { tags.append((320, 3, colorMap)) }
    for (number, type, values) in moreTags { tags.append((number, type, values)) }
    let lengths = parts.map(\.count)
    if let tile {
      tags += [(322, 4, [tile.width]), (323, 4, [tile.height]), (325, 4, lengths)]
    } else {
      tags += [(278, 4, [min(rowsPerStrip, size.height)]), (279, 4, lengths)]
    }
    let offsetsTag = tile == nil ? 273 : 324
    // The place of the pixels depends on the length of the tags, not on what they say.
    let start = file(tags + [(offsetsTag, 4, lengths)]).count
    let offsets = lengths.indices.map { start + lengths[..<$0].reduce(0, +) }
    return file(tags + [(offsetsTag, 4, offsets)]) + parts.joined()
  }

  private func file(_ tags: [(number: Int, type: Int, values: [Int])]) -> [UInt8] {
    let widths = [1: 1, 3: 2, 4: 4]
    var head = Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(tags.count, 2)
    var tail: [UInt8] = []
    let tailStart = 8 + 2 + 12 * tags.count + 4
    for tag in tags.sorted(by: { $0.number < $1.number }) {
      let width = widths[tag.type] ?? 4
      var content = tag.values.flatMap { number($0, width) }
      head += number(tag.number, 2) + number(tag.type, 2) + number(tag.values.count, 4)
      if content.count > 4 {
        head += number(tailStart + tail.count, 4)
        tail += content
      } else {
        content += [UInt8](repeating: 0, count: 4 - content.count)
        head += content
      }
    }
    return head + number(0, 4) + tail
  }

  private func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    let bytes = (0..<byteCount).map { UInt8(value >> (8 * $0) & 255) }
    return isBigEndian ? bytes.reversed() : bytes
  }

  /// The bytes of every strip or tile.
  private var parts: [[UInt8]] {
    let planes: [[Int]] = hasPlanes ? (0..<sampleCount).map { [$0] } : [Array(0..<sampleCount)]
    let side = tile ?? ImageSize(width: size.width, height: min(rowsPerStrip, size.height))
    var parts: [[UInt8]] = []
    for plane in planes {
      for top in stride(from: 0, to: size.height, by: side.height) {
        for left in stride(from: 0, to: size.width, by: side.width) {
          let bottom = tile == nil ? min(top + side.height, size.height) : top + side.height
          parts.append((top..<bottom).flatMap { row(y: $0, columns: left..<left + side.width, plane: plane) })
        }
      }
    }
    return parts
  }

  private func row(y: Int, columns: Range<Int>, plane: [Int]) -> [UInt8] {
    var values: [Int] = []
    for x in columns {
      let inside = x < size.width && y < size.height
      let pixel = inside ? samples(x, y) : Array(repeating: 0, count: sampleCount)
      values += plane.map { pixel[$0] }
    }
    if bits == 16 { return values.flatMap { number($0, 2) } }
    var (packed, held, count) = ([UInt8](), 0, 0)
    for value in values {
      (held, count) = (held << bits | value, count + bits)
      while count >= 8 {
        packed.append(UInt8(held >> (count - 8) & 255))
        count -= 8
      }
      held &= 0xFFFF
    }
    if count > 0 { packed.append(UInt8(held << (8 - count) & 255)) }
    return packed
  }
}
