import DetectionUtilities
import JSONScanning

/// A panoptic COCO file (Kirillov et al. 2019; the format page of cocodataset.org): a picture for every image, whose colours are
/// the ids of segments, and the segments' categories.
struct PanopticFile {
  struct Segment {
    var id: Int
    var categoryID: Int
    var isCrowd: Bool
    var area: Int?
    var bbox: CornerSizeBox?
  }

  struct Annotation {
    var imageID: Int
    /// Of the picture, within the folder of pictures.
    var fileName: String
    var segments: [Segment]
  }

  let path: String
  private(set) var images: [COCOGroundTruthFile.Image] = []
  private(set) var annotations: [Annotation] = []
  private(set) var categories: [COCOGroundTruthFile.Category] = []

  /// Whether a file's first annotation lists segments.
  ///
  /// - Throws: ``DatasetError`` where it is no JSON.
  static func isOne(_ path: String) throws -> Bool {
    var scanner = try JSONFileScanner(path: path)
    guard scanner.peek() == UInt8(ascii: "{") else { return false }
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      guard key == "annotations", scanner.peek() == UInt8(ascii: "[") else {
        try scanner.skipValue()
        continue
      }
      var list = try scanner.beginList()
      guard try scanner.hasNext(&list), scanner.peek() == UInt8(ascii: "{") else { return false }
      var record = try scanner.beginObject()
      while let key = try scanner.nextKey(&record) {
        if key == "segments_info" { return true }
        try scanner.skipValue()
      }
      return false
    }
    return false
  }

  /// - Parameter needsCategories: whether a file without images and categories is refused; predictions may lack them.
  /// - Throws: ``DatasetError`` naming the place of what is wrong, and what was expected there.
  init(_ path: String, needsCategories: Bool = true) throws {
    self.path = path
    var records = COCORecordReader(path: path, needsImages: true)
    var scanner = try JSONFileScanner(path: path)
    var file = try scanner.beginObject()
    while let key = try scanner.nextKey(&file) {
      if key == "images" {
        var level = try scanner.beginRecords("images")
        while try scanner.nextRecord(&level) {
          if let image = try records.image(&scanner) { images.append(image) }
        }
      } else if key == "annotations" {
        var level = try scanner.beginRecords("annotations")
        while try scanner.nextRecord(&level) { annotations.append(try Self.annotation(&scanner)) }
      } else if key == "categories" {
        var level = try scanner.beginRecords("categories")
        while try scanner.nextRecord(&level) {
          if let category = try records.category(&scanner) { categories.append(category) }
        }
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    for (key, isEmpty) in [("images", images.isEmpty), ("categories", categories.isEmpty)]
    where isEmpty && needsCategories {
      throw DatasetError(path: path, problem: "the file has no '\(key)'; expected a list of them")
    }
  }

  /// The folder named as the file, or the file's own.
  func picturesFolder() throws -> String {
    let here = FilePath.folder(of: path)
    let own = FilePath.joined(here, FilePath.stem(of: path))
    let candidates = [own, here]
    let first = annotations.first?.fileName ?? ""
    guard let found = candidates.first(where: { FilePath.exists(FilePath.joined($0, first)) }) else {
      throw DatasetError(
        path: path, problem: "its picture '\(first)' is in none of " + candidates.joined(separator: ", "))
    }
    return found
  }

  private static func annotation(_ scanner: inout JSONFileScanner) throws -> Annotation {
    var (imageID, fileName, segments) = (Int?.none, String?.none, [Segment]?.none)
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "image_id" {
        imageID = try scanner.integer()
      } else if key == "file_name" {
        fileName = try scanner.string()
      } else if key == "segments_info" {
        segments = try scanner.list { try segment(&$0) }
      } else {
        try scanner.skipValue()
      }
    }
    guard let imageID else { throw scanner.recordFailure("has no key 'image_id'") }
    guard let fileName else { throw scanner.recordFailure("has no key 'file_name'") }
    guard let segments else { throw scanner.recordFailure("has no key 'segments_info'") }
    return Annotation(imageID: imageID, fileName: fileName, segments: segments)
  }

  private static func segment(_ scanner: inout JSONFileScanner) throws -> Segment {
    var (id, categoryID, isCrowd, area) = (Int?.none, Int?.none, false, Int?.none)
    var bbox = CornerSizeBox?.none
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "id" {
        id = try scanner.integer()
      } else if key == "category_id" {
        categoryID = try scanner.integer()
      } else if key == "iscrowd" {
        isCrowd = try COCORecordReader.flag(&scanner) != 0
      } else if key == "area" {
        area = try scanner.integer()
      } else if key == "bbox" {
        bbox = try scanner.cornerSizeBox()
      } else {
        try scanner.skipValue()
      }
    }
    guard let id else { throw scanner.recordFailure("has a segment without 'id'") }
    guard let categoryID else { throw scanner.recordFailure("has a segment without 'category_id'") }
    return Segment(id: id, categoryID: categoryID, isCrowd: isCrowd, area: area, bbox: bbox)
  }
}
