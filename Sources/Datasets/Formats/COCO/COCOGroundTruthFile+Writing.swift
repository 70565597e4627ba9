import Files

extension COCOGroundTruthFile: Encodable {
  /// Writes the file in one step: a reader sees the whole of it or nothing.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path)
  }

  private enum CodingKeys: String, CodingKey {
    case info, images, annotations, categories
  }

  /// Ids that were read as texts are written as texts again.
  public func encode(to encoder: any Encoder) throws {
    var file = encoder.container(keyedBy: CodingKeys.self)
    try file.encodeIfPresent(info, forKey: .info)
    try file.encode(images.map(ImageRecord.init), forKey: .images)
    try file.encode(categories.map(CategoryRecord.init), forKey: .categories)
    let imageTexts = Dictionary(images.compactMap { image in image.textID.map { (image.id, $0) } }) { $1 }
    let categoryTexts = Dictionary(categories.compactMap { label in label.textID.map { (label.id, $0) } }) { $1 }
    let records = annotations.map { annotation in
      AnnotationRecord(
        annotation: annotation, imageText: imageTexts[annotation.imageID],
        categoryText: categoryTexts[annotation.categoryID])
    }
    try file.encode(records, forKey: .annotations)
  }

  /// A number or a text.
  private enum ID: Encodable {
    case number(Int)
    case text(String)

    init(_ number: Int, _ text: String?) { self = text.map { .text($0) } ?? .number(number) }

    func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      switch self {
      case .number(let number): try value.encode(number)
      case .text(let text): try value.encode(text)
      }
    }
  }

  private struct ImageRecord: Encodable {
    enum CodingKeys: String, CodingKey {
      case id, width, height
      case fileName = "file_name"
    }

    var id: ID
    var fileName: String
    var width: Int
    var height: Int

    init(_ image: Image) {
      id = ID(image.id, image.textID)
      (fileName, width, height) = (image.fileName, image.width, image.height)
    }
  }

  private struct CategoryRecord: Encodable {
    var id: ID
    var name: String

    init(_ category: Category) {
      id = ID(category.id, category.textID)
      name = category.name
    }
  }

  private struct AnnotationRecord: Encodable {
    enum CodingKeys: String, CodingKey {
      case id, bbox, area, segmentation, attributes, score
      case imageID = "image_id"
      case categoryID = "category_id"
      case isCrowd = "iscrowd"
    }

    var annotation: Annotation
    var imageText: String?
    var categoryText: String?

    func encode(to encoder: any Encoder) throws {
      var record = encoder.container(keyedBy: CodingKeys.self)
      try record.encode(annotation.id, forKey: .id)
      try record.encode(ID(annotation.imageID, imageText), forKey: .imageID)
      try record.encode(ID(annotation.categoryID, categoryText), forKey: .categoryID)
      try record.encode(annotation.bbox, forKey: .bbox)
      try record.encode(annotation.area, forKey: .area)
      try record.encode(annotation.isCrowd, forKey: .isCrowd)
      try record.encodeIfPresent(annotation.segmentation, forKey: .segmentation)
      try record.encodeIfPresent(annotation.attributes, forKey: .attributes)
      try record.encodeIfPresent(annotation.score, forKey: .score)
    }
  }
}
