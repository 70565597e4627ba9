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

  /// A mask in compressed run lengths.
  public init(_ mask: RunLengthMask) {
    self = .runs(counts: mask.compressed, height: mask.height, width: mask.width)
  }

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
  /// The object's pixels.
  ///
  /// - Throws: where it is no mask of an image of this size.
  public func mask(width: Int, height: Int) throws(MaskError) -> RunLengthMask {
    if let size = statedSize, size != (width, height) {
      throw .otherSize(width: size.width, height: size.height, expectedWidth: width, expectedHeight: height)
    }
    return switch self {
    case .polygons(let outlines): try RunLengthMask(width: width, height: height, polygons: outlines)
    case .runs(let text, _, _): try RunLengthMask(width: width, height: height, compressed: text)
    case .counts(let counts, _, _): try RunLengthMask(width: width, height: height, counts: counts)
    }
  }

  /// The size of the image that run lengths state; nil for outlines.
  public var statedSize: (width: Int, height: Int)? {
    switch self {
    case .polygons: nil
    case .runs(_, let height, let width), .counts(_, let height, let width): (width, height)
    }
  }

  /// The box around outlines, or around the pixels of run lengths; nil where there is none.
  ///
  /// - Throws: where run lengths do not add up to the size that they state.
  func box() throws(MaskError) -> BoundingBox? {
    if case .polygons(let outlines) = self { return BoundingBox(around: outlines.flatMap(\.self)) }
    guard let statedSize else { return nil }
    return try mask(width: statedSize.width, height: statedSize.height).box
  }
}

extension JSONFileScanner {
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
    case UInt8(ascii: "{"): return try runs()
    default:
      try skipValue()
      return nil
    }
  }

  private mutating func runs() throws -> COCOSegmentation? {
    let before = self
    var (text, counts, size) = (String?.none, [Int]?.none, [Int]())
    var level = try beginObject()
    while let key = try nextKey(&level) {
      if key == "size" {
        size = try list { try $0.integer() }
      } else if key == "counts" {
        if peek() == UInt8(ascii: "[") { counts = try list { try $0.integer() } } else { text = try string() }
      } else {
        try skipValue()
      }
    }
    if text == nil, counts == nil { return nil }
    guard size.count == 2 else { throw before.failure("expected run lengths with their size, [height, width]") }
    if let text { return .runs(counts: text, height: size[0], width: size[1]) }
    return .counts(counts ?? [], height: size[0], width: size[1])
  }
}
