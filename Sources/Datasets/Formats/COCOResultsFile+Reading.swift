import DetectionUtilities

extension COCOResultsFile {
  /// - Throws: ``DatasetError`` naming the line and place, and what was expected there.
  public static func read(from path: String) throws -> COCOResultsFile {
    var entries: [Entry] = []
    try scan(path) { entries.append($0) }
    return COCOResultsFile(entries: entries)
  }

  /// Reads the file from front to back without keeping it, and hands over one detection after the other.
  ///
  /// - Throws: ``DatasetError`` naming the line and place, and what was expected there; whatever `body` throws.
  public static func scan(_ path: String, body: (Entry) throws -> Void) throws {
    var scanner = try JSONScanner(path: path)
    if scanner.peek() == UInt8(ascii: "{") {
      throw scanner.failure("expected a list of detections, found an object")
    }
    var list = try scanner.beginList()
    while try scanner.hasNext(&list) {
      try body(try entry(&scanner))
      scanner.discardRead()
    }
    try scanner.finish()
  }

  /// Whether it is worth two threads.
  static func isLarge(_ path: String) throws -> Bool { try MappedFile(path).bytes.count > 1 << 20 }

  /// Reads one half of the file, for two threads to read it together.
  ///
  /// - Returns: false where the halves do not meet, because the file is not what it seemed; then neither counts.
  static func scan(_ path: String, half: Int, body: (Entry) throws -> Void) throws -> Bool {
    var scanner = try JSONScanner(path: path)
    guard let middle = scanner.middleObject() else { return false }
    var list = try scanner.beginList()
    if half == 1 { scanner.move(to: middle) }
    while try scanner.hasNext(&list) {
      _ = scanner.peek()
      if half == 0, scanner.offset >= middle { return scanner.offset == middle }
      try body(try entry(&scanner))
      scanner.discardRead()
    }
    try scanner.finish()
    return half == 1
  }

  private static func entry(_ scanner: inout JSONScanner) throws -> Entry {
    var (imageID, categoryID, score) = (Int?.none, Int?.none, Double?.none)
    var bbox: CornerSizeBox?
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "image_id" {
        imageID = try scanner.integer()
      } else if key == "category_id" {
        categoryID = try scanner.integer()
      } else if key == "bbox" {
        bbox = try scanner.cornerSizeBox()
      } else if key == "score" {
        score = try scanner.number()
      } else {
        try scanner.skipValue()
      }
    }
    return try Entry(
      imageID: record.required(imageID, "image_id"), categoryID: record.required(categoryID, "category_id"),
      bbox: record.required(bbox, "bbox"), score: record.required(score, "score"))
  }
}

extension JSONScanner {
  /// A list `[x, y, width, height]`.
  mutating func cornerSizeBox() throws -> CornerSizeBox {
    let before = self
    var numbers = (0.0, 0.0, 0.0, 0.0)
    var count = 0
    var level = try beginList()
    while try hasNext(&level) {
      let value = try number()
      switch count {
      case 0: numbers.0 = value
      case 1: numbers.1 = value
      case 2: numbers.2 = value
      case 3: numbers.3 = value
      default: break
      }
      count += 1
    }
    guard count == 4 else {
      throw before.failure("has \(count) numbers; expected [x, y, width, height]", joinedBy: " ")
    }
    return CornerSizeBox(x: numbers.0, y: numbers.1, width: numbers.2, height: numbers.3)
  }
}
