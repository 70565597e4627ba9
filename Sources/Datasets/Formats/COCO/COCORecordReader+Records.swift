import DetectionUtilities
import JSONScanning

/// What a COCO file says of one image, annotation or category.
extension COCORecordReader {
  /// A number, or the placeholder of a text.
  private static func id(_ scanner: inout JSONFileScanner, _ texts: inout COCOTextIDs) throws -> Int {
    if scanner.peek() == UInt8(ascii: "\"") { return texts.placeholder(for: try scanner.string()) }
    return try scanner.integer()
  }

  @inline(__always)
  private func required<Value>(_ value: Value?, _ key: StaticString, _ scanner: inout JSONFileScanner) throws -> Value {
    guard let value else { throw scanner.recordFailure("has no key '\(key)'") }
    return value
  }

  mutating func image(_ scanner: inout JSONFileScanner) throws -> COCOGroundTruthFile.Image? {
    var (id, fileName, width, height) = (Int?.none, String?.none, Int?.none, Int?.none)
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try Self.id(&scanner, &imageTexts)
        currentImage = id
      } else if key == "file_name" {
        fileName = try scanner.string()
      } else if key == "width" {
        width = scanner.skipNull() ? nil : try scanner.integer()
      } else if key == "height" {
        height = scanner.skipNull() ? nil : try scanner.integer()
      } else {
        try scanner.skipValue()
      }
    }
    let number = try required(id, "id", &scanner)
    if needsImages || reportsNames { _ = try required(fileName, "file_name", &scanner) }
    if needsImages { _ = try (required(width, "width", &scanner), required(height, "height", &scanner)) }
    let isSizeStated = needsImages || width ?? 0 != 0 || height ?? 0 != 0
    guard !isSizeStated || width ?? 0 > 0 && height ?? 0 > 0 else {
      throw scanner.recordFailure("is \(width ?? 0)×\(height ?? 0); expected a width and height above 0")
    }
    let isText = imageTexts.text(of: number) != nil
    let name = fileName.flatMap { $0.isEmpty ? nil : $0 } ?? (isText ? "" : "image \(number)")
    return COCOGroundTruthFile.Image(id: number, fileName: name, width: width ?? 0, height: height ?? 0)
  }

  mutating func annotation(_ scanner: inout JSONFileScanner) throws -> COCOGroundTruthFile.Annotation? {
    var (id, imageID, categoryID, isCrowd) = (Int?.none, Int?.none, Int?.none, 0)
    var (bbox, area, score) = ([Double]?.none, Double?.none, Double?.none)
    var bboxOffset: Int?
    var attributes: [String: Double]?
    var kindWithoutBox: StaticString?
    var segmentation: COCOSegmentation?
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try Self.id(&scanner, &annotationTexts)
      } else if key == "image_id" {
        imageID = try Self.id(&scanner, &imageTexts)
      } else if key == "category_id" {
        categoryID = try Self.id(&scanner, &categoryTexts)
      } else if key == "bbox" {
        _ = scanner.peek()
        bboxOffset = scanner.offset
        bbox = scanner.skipNull() ? nil : try scanner.list { try $0.number() }
      } else if key == "area" {
        area = scanner.skipNull() ? nil : try scanner.number()
      } else if key == "iscrowd" {
        isCrowd = try Self.flag(&scanner)
      } else if key == "score" {
        score = scanner.skipNull() ? nil : try scanner.number()
      } else if readsSegmentations, key == "segmentation" {
        segmentation = try scanner.segmentation()
      } else if key == "attributes" {
        attributes = try Self.numbers(&scanner)
      } else {
        if key == "keypoints" { kindWithoutBox = "keypoints" } else if key == "caption" { kindWithoutBox = "caption" }
        try scanner.skipValue()
      }
    }
    if bbox?.count != 4 {
      bbox = try box(bbox, at: bboxOffset, id: id, kind: kindWithoutBox, &scanner)
      if bbox == nil { return nil }
    }
    let box = try required(bbox, "bbox", &scanner)
    // Programs other than COCO's own leave the area out.
    var annotation = try COCOGroundTruthFile.Annotation(
      id: score == nil ? required(id, "id", &scanner) : id ?? 0, imageID: required(imageID, "image_id", &scanner),
      categoryID: required(categoryID, "category_id", &scanner), bbox: box, area: area ?? box[2] * box[3],
      isCrowd: isCrowd, segmentation: segmentation, attributes: attributes, score: score)
    annotation.isAreaStated = area != nil
    return annotation
  }

  /// The box of an annotation whose `bbox` is missing, null or not of four numbers: the one around its segmentation; nil
  /// where it is of another kind than boxes are.
  private mutating func box(
    _ bbox: [Double]?, at offset: Int?, id: Int?, kind: StaticString?, _ scanner: inout JSONFileScanner
  ) throws -> [Double]? {
    let end = scanner.offset
    if bbox ?? [] == [] {
      scanner.markRecord()
      let place = scanner.recordFailure("")
      if let box = try segmentationBox(&scanner) {
        scanner.move(to: end)
        remarks.append(Remark(kind: .boxOfSegmentation, place: DatasetPlace(place).with(nil)))
        return [box.x1, box.y1, box.width, box.height]
      }
      if let kind {
        scanner.move(to: end)
        remarks.append(Remark(kind: .leftOut("\(kind)"), place: DatasetPlace(place).with(nil)))
        return nil
      }
    }
    guard let offset else { throw scanner.recordFailure("has no key 'bbox'") }
    scanner.move(to: offset)
    guard let bbox else { throw scanner.failure("is null; expected [x, y, width, height]", joinedBy: " ") }
    throw scanner.failure("has \(bbox.count) numbers; expected [x, y, width, height]", joinedBy: " ")
  }

  private func segmentationBox(_ scanner: inout JSONFileScanner) throws -> BoundingBox? {
    scanner.move(to: scanner.recordOffset)
    var box: BoundingBox?
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      guard key == "segmentation" else {
        try scanner.skipValue()
        continue
      }
      let before = scanner
      do {
        box = try scanner.segmentation()?.box()
      } catch let error as MaskError {
        throw before.failure("has \(error); expected run lengths of its size", joinedBy: " ")
      }
    }
    return box
  }

  mutating func category(_ scanner: inout JSONFileScanner) throws -> COCOGroundTruthFile.Category? {
    var (id, name, isThing) = (Int?.none, String?.none, Bool?.none)
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try Self.id(&scanner, &categoryTexts)
      } else if key == "name" {
        name = try scanner.string()
      } else if key == "isthing" {
        isThing = try Self.flag(&scanner) != 0
      } else {
        try scanner.skipValue()
      }
    }
    let number = try required(id, "id", &scanner)
    if needsImages { _ = try required(name, "name", &scanner) }
    if reportsNames, name == nil { problems.append(scanner.recordFailure("has no key 'name'")) }
    let isText = categoryTexts.text(of: number) != nil
    return COCOGroundTruthFile.Category(
      id: number, name: name ?? (isText ? "" : "class \(number)"), isThing: isThing)
  }

  /// 0 or 1, also as false or true; null is 0.
  static func flag(_ scanner: inout JSONFileScanner) throws -> Int {
    switch scanner.peek() {
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return try scanner.bool() ? 1 : 0
    case UInt8(ascii: "n"): return scanner.skipNull() ? 0 : try scanner.integer()
    default: return try scanner.integer()
    }
  }

  /// Of attributes the numbers count; programs put all kinds of values here.
  private static func numbers(_ scanner: inout JSONFileScanner) throws -> [String: Double]? {
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
