import Foundation
import ImageCodecs

/// Pictures and files that several tests use.
enum Fixtures {
  /// A smooth picture in which every channel and both directions differ.
  static func smooth(_ size: ImageSize) -> RGBImage {
    var pixels: [UInt8] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        pixels += [
          UInt8(40 + 180 * x / size.width), UInt8(30 + 200 * y / size.height),
          UInt8(220 - 90 * x / size.width - 100 * y / size.height),
        ]
      }
    }
    return RGBImage(size: size, pixels: pixels)
  }

  static func noise(_ size: ImageSize, seed: UInt64) -> RGBImage {
    var generator = SplitMix64(state: seed)
    return RGBImage(
      size: size, pixels: (0..<3 * size.width * size.height).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// An EXIF block whose first directory holds another tag and then the orientation.
  static func exif(orientation: Int, littleEndian: Bool) -> [UInt8] {
    func two(_ value: Int) -> [UInt8] {
      let bytes = [UInt8(value >> 8), UInt8(value & 255)]
      return littleEndian ? bytes.reversed() : bytes
    }
    func four(_ value: Int) -> [UInt8] { littleEndian ? two(value) + two(0) : two(0) + two(value) }
    return Array((littleEndian ? "II" : "MM").utf8) + two(42) + four(8) + two(2)
      + two(0x0100) + two(4) + four(1) + four(640)
      + two(0x0112) + two(3) + four(1) + two(orientation) + two(0)
      + four(0)
  }

  /// A JPEG with a segment put in behind its first marker.
  static func jpeg(_ jpeg: [UInt8], inserting segment: [UInt8], marker: UInt8) -> [UInt8] {
    let length = segment.count + 2
    return Array(jpeg[..<2]) + [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + segment + jpeg[2...]
  }

  static func greatestDifference(_ one: RGBImage, _ other: RGBImage) -> Int {
    precondition(one.size == other.size)
    return zip(one.pixels, other.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }

  /// Runs `body` with the path of a new folder that is gone afterwards.
  static func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "peregrine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path(percentEncoded: false))
  }
}

/// Vigna's SplitMix64, for seeded tests.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
