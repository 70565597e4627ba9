import JSONScanning

/// Reads a COCO ground-truth file record by record, and goes on behind a record that is wrong.
struct COCORecordReader {
  /// What a dataset's audit is told beside ``problems``.
  struct Remark {
    enum Kind {
      case boxOfSegmentation, unlabelledSet
      /// What the annotation is of, having no box.
      case leftOut(String)
    }

    var kind: Kind
    var place: DatasetPlace
  }

  let path: String
  let needsImages: Bool
  /// Whether an image without a file name, or a class without a name, is a problem even where it can be done without.
  var reportsNames = false
  /// Whether the pixels of objects are read.
  var readsSegmentations = false
  /// Records that are left out because they cannot be understood, or that lack a name.
  var problems: [DatasetError] = []
  var remarks: [Remark] = []
  /// Images that are left out: what is labelled in them is no problem of its own.
  private(set) var imagesLeftOut: Set<Int> = []
  var imageTexts = COCOTextIDs()
  var categoryTexts = COCOTextIDs()
  var annotationTexts = COCOTextIDs()
  /// Of the record that is being read, where that is an image.
  var currentImage: Int?

  init(path: String, needsImages: Bool) {
    self.path = path
    self.needsImages = needsImages
  }

  /// The whole file.
  ///
  /// - Throws: ``DatasetError`` naming the first few records that are wrong, or what is no JSON.
  mutating func file() throws -> COCOGroundTruthFile {
    do {
      let file = try tolerantFile()
      if let error = DatasetError.first(of: problems) { throw error }
      return file
    } catch let error as DatasetError where error.byteOffset != nil && !problems.isEmpty {
      throw DatasetError.first(of: problems + [error]) ?? error
    }
  }

  /// What of the file can be understood; the rest is in ``problems``.
  ///
  /// - Throws: ``DatasetError`` where the file is no JSON, or has no list of images.
  mutating func tolerantFile() throws -> COCOGroundTruthFile {
    var scanner = try JSONFileScanner(path: path)
    var images: [COCOGroundTruthFile.Image]?
    var annotations: [COCOGroundTruthFile.Annotation]?
    var categories: [COCOGroundTruthFile.Category]?
    var file = try scanner.beginObject()
    while let key = try scanner.nextKey(&file) {
      if key == "images" {
        images = try records(&scanner, "images") { try $0.image(&$1) }
      } else if key == "annotations" {
        if scanner.skipNull() { continue }
        annotations = try records(&scanner, "annotations") { try $0.annotation(&$1) }
      } else if key == "categories" {
        if scanner.skipNull() { continue }
        categories = try records(&scanner, "categories") { try $0.category(&$1) }
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    guard let images else { throw DatasetError(path: path, problem: "the file has no key 'images'") }
    if annotations == nil { remarks.append(Remark(kind: .unlabelledSet, place: DatasetPlace(file: path))) }
    if categories == nil, annotations?.isEmpty == false {
      problems.append(DatasetError(path: path, problem: "the file has no key 'categories'"))
    }
    return numbered(
      COCOGroundTruthFile(images: images, annotations: annotations ?? [], categories: categories ?? []))
  }

  private mutating func records<Item>(
    _ scanner: inout JSONFileScanner, _ name: StaticString,
    _ item: (inout COCORecordReader, inout JSONFileScanner) throws -> Item?
  ) throws -> [Item] {
    var items: [Item] = []
    var level = try scanner.beginRecords(name)
    while try scanner.nextRecord(&level) {
      currentImage = nil
      do {
        if let item = try item(&self, &scanner) { items.append(item) }
      } catch let error as DatasetError where error.byteOffset == nil {
        problems.append(error)
        if let currentImage { imagesLeftOut.insert(currentImage) }
        try scanner.skipRecord()
      }
    }
    return items
  }

  /// With numbers in place of ids that are texts.
  private mutating func numbered(_ file: COCOGroundTruthFile) -> COCOGroundTruthFile {
    var file = file
    if !imageTexts.isEmpty {
      imageTexts.number(file.images.map(\.id))
      for index in file.images.indices {
        let id = file.images[index].id
        file.images[index].textID = imageTexts.text(of: id)
        file.images[index].id = imageTexts.number(of: id)
        if let text = file.images[index].textID, file.images[index].fileName.isEmpty {
          file.images[index].fileName = "image \(text)"
        }
      }
      for index in file.annotations.indices {
        file.annotations[index].imageID = imageTexts.number(of: file.annotations[index].imageID)
      }
      imagesLeftOut = Set(imagesLeftOut.map { imageTexts.number(of: $0) })
    }
    if !categoryTexts.isEmpty {
      categoryTexts.number(file.categories.map(\.id))
      for index in file.categories.indices {
        let id = file.categories[index].id
        file.categories[index].textID = categoryTexts.text(of: id)
        file.categories[index].id = categoryTexts.number(of: id)
        if let text = file.categories[index].textID, file.categories[index].name.isEmpty {
          file.categories[index].name = "class \(text)"
        }
      }
      for index in file.annotations.indices {
        file.annotations[index].categoryID = categoryTexts.number(of: file.annotations[index].categoryID)
      }
    }
    if !annotationTexts.isEmpty {
      annotationTexts.number(file.annotations.map(\.id))
      for index in file.annotations.indices {
        file.annotations[index].id = annotationTexts.number(of: file.annotations[index].id)
      }
    }
    return file
  }
}
