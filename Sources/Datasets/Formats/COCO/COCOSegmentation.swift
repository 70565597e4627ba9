import DetectionUtilities
import JSONScanning

/// The pixels of an object in a COCO file.
public enum COCOSegmentation: Hashable, Sendable, Encodable {
  /// Outlines, each as x, y, x, y, … in pixels; without holes.
  case polygons([[Double]])
  /// Run lengths down the columns in COCO's compressed text, and the picture's height and width.
  case runs(counts: String, height: Int, width: Int)
  /// The same as numbers.
  case counts([Int], height: Int, width: Int)

  private enum CodingKeys: String, CodingKey {
    case counts, size
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .polygons(let outlines):
      var values = encoder.singleValueContainer()
      try values.encode(outlines)
    case .runs(let counts, let height, let width):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(counts, forKey: .counts)
      try values.encode([height, width], forKey: .size)
    case .counts(let counts, let height, let width):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(counts, forKey: .counts)
      try values.encode([height, width], forKey: .size)
    }
  }
}

extension COCOSegmentation {
  /// The box around the pixels of run lengths that go down the columns, the first of them outside; nil where there are
  /// none, or more than can be counted.
  static func box(ofRuns counts: [Int], height: Int) -> BoundingBox? {
    guard height > 0 else { return nil }
    var box: BoundingBox?
    var pixel = 0
    for (index, count) in counts.enumerated() {
      let (end, isTooMany) = pixel.addingReportingOverflow(count)
      if isTooMany { return nil }
      defer { pixel = end }
      guard index % 2 == 1, count > 0 else { continue }
      let last = end - 1
      let isOneColumn = pixel / height == last / height
      let (top, bottom) = isOneColumn ? (pixel % height, last % height) : (0, height - 1)
      let run = BoundingBox(
        x1: Double(pixel / height), y1: Double(top), x2: Double(last / height + 1), y2: Double(bottom + 1))
      let before = box ?? run
      box = BoundingBox(
        x1: min(before.x1, run.x1), y1: min(before.y1, run.y1), x2: max(before.x2, run.x2),
        y2: max(before.y2, run.y2))
    }
    return box
  }

  /// The run lengths of COCO's compressed text: five bits a character above `0`, the sixth for "goes on", the last
  /// one's fifth bit the sign; from the fourth number on, the difference from the one before the last. Nil where it is
  /// no such text.
  static func counts(compressed text: String) -> [Int]? {
    var counts: [Int] = []
    var (value, shift) = (0, 0)
    for byte in text.utf8 {
      guard (48..<112).contains(byte), shift < 60 else { return nil }
      let bits = Int(byte) - 48
      value |= (bits & 0x1F) << shift
      shift += 5
      if bits & 0x20 != 0 { continue }
      if bits & 0x10 != 0 { value |= -1 << shift }
      let (sum, isTooMany) = value.addingReportingOverflow(counts.count > 2 ? counts[counts.count - 2] : 0)
      guard sum >= 0, !isTooMany else { return nil }
      value = sum
      counts.append(value)
      (value, shift) = (0, 0)
    }
    return shift == 0 ? counts : nil
  }
}

extension JSONFileScanner {
  /// The box around a segmentation in any of its three forms; nil where it is empty or null.
  mutating func segmentationBox() throws -> BoundingBox? {
    switch peek() {
    case UInt8(ascii: "["):
      var points: [Double] = []
      var level = try beginList()
      while try hasNext(&level) {
        if peek() == UInt8(ascii: "[") { points += try list { try $0.number() } } else { points.append(try number()) }
      }
      return BoundingBox(around: points)
    case UInt8(ascii: "{"): return try runsBox()
    default:
      try skipValue()
      return nil
    }
  }

  /// A segmentation in any of its three forms; nil where it is empty or null.
  mutating func segmentation() throws -> COCOSegmentation? {
    switch peek() {
    case UInt8(ascii: "["):
      var outlines: [[Double]] = []
      var level = try beginList()
      var points: [Double] = []
      while try hasNext(&level) {
        if peek() == UInt8(ascii: "[") {
          outlines.append(try list { try $0.number() })
        } else {
          points.append(try number())
        }
      }
      if !points.isEmpty { outlines.append(points) }
      return outlines.isEmpty ? nil : .polygons(outlines)
    case UInt8(ascii: "{"):
      guard case (let runs?, let size) = try runs() else { return nil }
      guard size.count == 2 else { throw failure("expected run lengths with their size, [height, width]") }
      return switch runs {
      case .text(let text, _): .runs(counts: text, height: size[0], width: size[1])
      case .numbers(let counts): .counts(counts, height: size[0], width: size[1])
      }
    default:
      try skipValue()
      return nil
    }
  }

  private mutating func runsBox() throws -> BoundingBox? {
    guard case (let runs?, let size) = try runs() else { return nil }
    let counts =
      switch runs {
      case .text(_, let counts), .numbers(let counts): counts
      }
    guard let height = size.first, counts.allSatisfy({ (0..<1 << 40).contains($0) }) else { return nil }
    return COCOSegmentation.box(ofRuns: counts, height: height)
  }

  private enum Runs {
    case text(String, [Int])
    case numbers([Int])
  }

  private mutating func runs() throws -> (Runs?, size: [Int]) {
    var runs: Runs?
    var size: [Int] = []
    var level = try beginObject()
    while let key = try nextKey(&level) {
      if key == "size" {
        size = try list { try $0.integer() }
      } else if key == "counts" {
        if peek() == UInt8(ascii: "[") {
          runs = .numbers(try list { try $0.integer() })
        } else {
          let before = self
          let text = try string()
          guard let counts = COCOSegmentation.counts(compressed: text) else {
            throw before.failure("expected run lengths, as numbers or in COCO's compressed text")
          }
          runs = .text(text, counts)
        }
      } else {
        try skipValue()
      }
    }
    return (runs, size)
  }
}
