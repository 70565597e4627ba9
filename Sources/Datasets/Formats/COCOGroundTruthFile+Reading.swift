extension COCOGroundTruthFile {
  /// Reads the parts that matter for boxes, from front to back; everything else in the file is passed over.
  ///
  /// - Parameter needsImages: without it an image may lack its file name and size, and a class its name: metrics do
  ///   without, as pycocotools does. The names then come from the ids, and the size is 0.
  /// - Throws: ``DatasetError`` naming the line and place, and what was expected there.
  public static func read(from path: String, needsImages: Bool = true) throws -> COCOGroundTruthFile {
    var scanner = try JSONScanner(path: path)
    var images: [Image]?
    var annotations: [Annotation]?
    var categories: [Category]?
    var file = try scanner.beginObject()
    while let key = try scanner.nextKey(&file) {
      if key == "images" {
        images = try scanner.list { try image(&$0, isWhole: needsImages) }
      } else if key == "annotations" {
        annotations = try scanner.list { try annotation(&$0) }
      } else if key == "categories" {
        categories = try scanner.list { try category(&$0, isNamed: needsImages) }
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    func missing(_ key: String) -> DatasetError { DatasetError(path: path, problem: "the file has no key '\(key)'") }
    guard let images else { throw missing("images") }
    guard let annotations else { throw missing("annotations") }
    guard let categories else { throw missing("categories") }
    return COCOGroundTruthFile(images: images, annotations: annotations, categories: categories)
  }

  private static func image(_ scanner: inout JSONScanner, isWhole: Bool) throws -> Image {
    var (id, fileName, width, height) = (Int?.none, String?.none, Int?.none, Int?.none)
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try scanner.integer()
      } else if key == "file_name" {
        fileName = try scanner.string()
      } else if key == "width" {
        width = try scanner.integer()
      } else if key == "height" {
        height = try scanner.integer()
      } else {
        try scanner.skipValue()
      }
    }
    if !isWhole {
      let number = try record.required(id, "id")
      let name = fileName.flatMap { $0.isEmpty ? nil : $0 } ?? "image \(number)"
      return Image(id: number, fileName: name, width: width ?? 0, height: height ?? 0)
    }
    return try Image(
      id: record.required(id, "id"), fileName: record.required(fileName, "file_name"),
      width: record.required(width, "width"), height: record.required(height, "height"))
  }

  private static func annotation(_ scanner: inout JSONScanner) throws -> Annotation {
    var (id, imageID, categoryID, isCrowd) = (Int?.none, Int?.none, Int?.none, 0)
    var (bbox, area, score) = ([Double]?.none, Double?.none, Double?.none)
    var attributes: [String: Double]?
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try scanner.integer()
      } else if key == "image_id" {
        imageID = try scanner.integer()
      } else if key == "category_id" {
        categoryID = try scanner.integer()
      } else if key == "bbox" {
        bbox = try scanner.list { try $0.number() }
      } else if key == "area" {
        area = scanner.skipNull() ? nil : try scanner.number()
      } else if key == "iscrowd" {
        isCrowd = try flag(&scanner)
      } else if key == "score" {
        score = scanner.skipNull() ? nil : try scanner.number()
      } else if key == "attributes" {
        attributes = try numbers(&scanner)
      } else {
        try scanner.skipValue()
      }
    }
    let box = try record.required(bbox, "bbox")
    // Programs other than COCO's own leave the area out.
    return try Annotation(
      id: score == nil ? record.required(id, "id") : id ?? 0, imageID: record.required(imageID, "image_id"),
      categoryID: record.required(categoryID, "category_id"), bbox: box,
      area: area ?? (box.count == 4 ? box[2] * box[3] : 0), isCrowd: isCrowd, attributes: attributes,
      score: score)
  }

  private static func category(_ scanner: inout JSONScanner, isNamed: Bool) throws -> Category {
    var (id, name) = (Int?.none, String?.none)
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try scanner.integer()
      } else if key == "name" {
        name = try scanner.string()
      } else {
        try scanner.skipValue()
      }
    }
    let number = try record.required(id, "id")
    return try Category(id: number, name: isNamed ? record.required(name, "name") : name ?? "class \(number)")
  }

  /// 0 or 1, also as false or true; null is 0.
  private static func flag(_ scanner: inout JSONScanner) throws -> Int {
    switch scanner.peek() {
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return try scanner.bool() ? 1 : 0
    case UInt8(ascii: "n"): return scanner.skipNull() ? 0 : try scanner.integer()
    default: return try scanner.integer()
    }
  }

  /// Of attributes the numbers count; programs put all kinds of values here.
  private static func numbers(_ scanner: inout JSONScanner) throws -> [String: Double]? {
    guard scanner.peek() == UInt8(ascii: "{") else {
      try scanner.skipValue()
      return nil
    }
    var numbers: [String: Double] = [:]
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      switch scanner.peek() {
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): numbers[key.text] = try scanner.number()
      default: try scanner.skipValue()
      }
    }
    return numbers.isEmpty ? nil : numbers
  }
}

extension JSONScanner {
  /// All items of a list.
  mutating func list<Item>(_ item: (inout JSONScanner) throws -> Item) throws -> [Item] {
    var items: [Item] = []
    var level = try beginList()
    while try hasNext(&level) {
      items.append(try item(&self))
      discardRead()
    }
    return items
  }

  /// Where an object begins, for messages about keys that it lacks.
  struct Record {
    fileprivate let scanner: JSONScanner

    func required<Value>(_ value: Value?, _ key: String) throws -> Value {
      guard let value else { throw scanner.failure("has no key '\(key)'", joinedBy: " ") }
      return value
    }
  }

  func record() -> Record { Record(scanner: self) }
}
