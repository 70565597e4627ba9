import DetectionUtilities
import JSONScanning

extension COCOResultsFile {
  /// An id of an image or a category: COCO's are numbers, other programs write texts too.
  enum Identifier: Hashable, CustomStringConvertible {
    case number(Int)
    case text(String)

    var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      }
    }
  }

  /// What a detection says of its image: at least one of the two.
  struct ImageKey: Hashable {
    var id: Identifier?
    var fileName: String?
  }

  /// What a detection says of its class: at least one of the two.
  struct CategoryKey: Hashable {
    var id: Identifier?
    var name: String?
  }

  /// A detection with all that tells which image and class it means.
  struct Record {
    var image: ImageKey
    var category: CategoryKey
    /// The one around the mask where the file has none.
    var bbox: CornerSizeBox
    var hasBox = true
    var score: Double
    /// Where masks are asked for, or there is no box.
    var segmentation: COCOSegmentation?
  }

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
    var scanner = try JSONFileScanner(path: path)
    if scanner.peek() == UInt8(ascii: "{") {
      throw scanner.failure("expected a list of detections, found an object")
    }
    var list = try scanner.beginList()
    while try scanner.hasNext(&list) {
      let before = scanner
      let record = try record(&scanner)
      guard case .number(let imageID) = record.image.id else {
        throw before.failure(".image_id: expected a whole number", joinedBy: "")
      }
      guard case .number(let categoryID) = record.category.id else {
        throw before.failure(".category_id: expected a whole number", joinedBy: "")
      }
      try body(
        Entry(
          imageID: imageID, categoryID: categoryID, bbox: record.bbox, score: record.score,
          fileName: record.image.fileName, categoryName: record.category.name))
      scanner.discardRead()
    }
    try scanner.finish()
  }

  /// Reads a list of detections, or one that stands under a key of an object.
  ///
  /// - Parameters:
  ///   - key: From ``listKey(_:)``.
  ///   - readsMasks: whether segmentations are read of detections with a box too.
  static func scanRecords(_ path: String, key: String?, readsMasks: Bool = false, body: (Record) throws -> Void) throws
  {
    var scanner = try JSONFileScanner(path: path)
    func scanList() throws {
      var list = try scanner.beginList()
      while try scanner.hasNext(&list) {
        try body(try record(&scanner, readsMasks: readsMasks))
        scanner.discardRead()
      }
    }
    if let key {
      var object = try scanner.beginObject()
      while let found = try scanner.nextKey(&object) {
        if found.text == key { try scanList() } else { try scanner.skipValue() }
      }
    } else {
      try scanList()
    }
    try scanner.finish()
  }

  /// The key of an object under which a list of detections stands, nil where it is a COCO file with images and
  /// categories of its own.
  ///
  /// - Throws: ``DatasetError`` where there is neither.
  static func listKey(_ path: String) throws -> String? {
    var scanner = try JSONFileScanner(path: path)
    var keys: [String] = []
    var object = try scanner.beginObject()
    while let key = try scanner.nextKey(&object) {
      keys.append(key.text)
      try scanner.skipValue()
    }
    if keys.contains("images"), keys.contains("categories") { return nil }
    let known = ["annotations", "predictions", "detections", "results"]
    let found = known.filter(keys.contains)
    guard found.count == 1 else {
      throw DatasetError(
        path: path,
        problem: "an object with the keys \(keys.prefix(10).joined(separator: ", ")); expected a list of detections, "
          + "or one under one of the keys \(known.joined(separator: ", ")), or images, categories and annotations")
    }
    return found[0]
  }

  /// Whether it is worth two threads.
  static func isLarge(_ path: String) throws -> Bool { try MappedFile(path).bytes.count > 1 << 20 }

  /// Reads one half of the file, for two threads to read it together.
  ///
  /// - Returns: false where the halves do not meet, because the file is not what it seemed; then neither counts.
  static func scan(
    _ path: String, half: Int, readsMasks: Bool, body: (Record) throws -> Void
  ) throws -> Bool {
    var scanner = try JSONFileScanner(path: path)
    guard let middle = scanner.middleObject() else { return false }
    var list = try scanner.beginList()
    if half == 1 { scanner.move(to: middle) }
    while try scanner.hasNext(&list) {
      _ = scanner.peek()
      if half == 0, scanner.offset >= middle { return scanner.offset == middle }
      try body(try record(&scanner, readsMasks: readsMasks))
      scanner.discardRead()
    }
    try scanner.finish()
    return half == 1
  }

  private static func record(_ scanner: inout JSONFileScanner, readsMasks: Bool = false) throws -> Record {
    var (image, category) = (ImageKey(), CategoryKey())
    var (segmentation, unread) = (COCOSegmentation?.none, JSONFileScanner?.none)
    var (bbox, score) = (CornerSizeBox?.none, Double?.none)
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "image_id" {
        image.id = try scanner.identifier()
      } else if key == "category_id" {
        category.id = try scanner.identifier()
      } else if key == "bbox" {
        bbox = try scanner.cornerSizeBox()
      } else if key == "score" {
        score = try scanner.numberOrText()
      } else if key == "file_name" {
        image.fileName = try scanner.textIfAny()
      } else if key == "segmentation" {
        unread = scanner
        if readsMasks { segmentation = try scanner.segmentation() } else { try scanner.skipValue() }
      } else if key == "category_name" || key == "name" {
        category.name = try scanner.textIfAny() ?? category.name
      } else {
        try scanner.skipValue()
      }
    }
    if image.fileName == nil { _ = try record.required(image.id, "image_id") }
    if category.name == nil { _ = try record.required(category.id, "category_id") }
    let hasBox = bbox != nil
    if let unread, bbox == nil {
      var before = unread
      segmentation = try segmentation ?? before.segmentation()
      bbox = try segmentation.map(unread.box)
    }
    return try Record(
      image: image, category: category, bbox: record.required(bbox, "bbox"), hasBox: hasBox,
      score: record.required(score, "score"), segmentation: segmentation)
  }
}

extension JSONFileScanner {
  /// A whole number, also one written as 12.0, or a text.
  fileprivate mutating func identifier() throws -> COCOResultsFile.Identifier? {
    switch peek() {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "n"): return skipNull() ? nil : .number(try integer())
    default: return .number(try integer())
    }
  }

  /// A number, also one that stands in quotes.
  fileprivate mutating func numberOrText() throws -> Double {
    guard peek() == UInt8(ascii: "\"") else { return try number() }
    let before = self
    let text = try string()
    guard let value = Double(text.trimmed) else { throw before.failure("'\(text)' is not a number") }
    return value
  }

  /// A text that is not empty; nil for any other value, which is passed over.
  fileprivate mutating func textIfAny() throws -> String? {
    guard peek() == UInt8(ascii: "\"") else {
      try skipValue()
      return nil
    }
    let text = try string()
    return text.isEmpty ? nil : text
  }

  /// The box around a segmentation that stands here; of a mask without pixels, one without size in the corner, as
  /// pycocotools has it.
  fileprivate func box(_ segmentation: COCOSegmentation) throws -> CornerSizeBox {
    do {
      return CornerSizeBox(try segmentation.box() ?? BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0))
    } catch {
      throw failure("has \(error)", joinedBy: " ")
    }
  }

  /// A list `[x, y, width, height]`.
  mutating func cornerSizeBox() throws -> CornerSizeBox {
    let before = self
    if skipNull() { throw before.failure("is null; expected [x, y, width, height]", joinedBy: " ") }
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
