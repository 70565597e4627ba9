import DetectionUtilities

/// Where something was found in a dataset: file with line or annotation, and what there is to say about it.
public struct DatasetPlace: Sendable, Hashable, Codable {
  /// The label file, or the image file where no label is concerned; nil where it is about the set as a whole.
  public var file: String?
  /// From 1, in `file`.
  public var line: Int?
  /// In characters from 1, where the line alone does not say enough.
  public var column: Int?
  /// In a COCO file.
  public var annotationID: Int?
  /// The path of the image.
  public var image: String?
  /// What is the matter there, beyond its kind.
  public var detail: String?

  public init(
    file: String? = nil, line: Int? = nil, column: Int? = nil, annotationID: Int? = nil, image: String? = nil,
    detail: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.annotationID = annotationID
    self.image = image
    self.detail = detail
  }

  init(_ error: DatasetError, image: String? = nil) {
    self.init(file: error.path, line: error.line, column: error.column, image: image, detail: error.problem)
  }

  /// The same place with more to say.
  func with(_ detail: String?) -> DatasetPlace {
    var place = self
    place.detail = detail
    return place
  }
}

extension DatasetPlace: CustomStringConvertible {
  /// `labels/a.txt:2`, `labels.json:1:392`, or `a.png, annotation 15`, followed by what is the matter.
  public var description: String {
    var text =
      if let line {
        "\(file ?? ""):\(line)" + (column.map { ":\($0)" } ?? "")
      } else if let annotationID {
        "\(image.map(FilePath.lastComponent) ?? file ?? ""), annotation \(annotationID)"
      } else {
        file ?? image ?? ""
      }
    if let detail { text += text.isEmpty ? detail : ": \(detail)" }
    return text
  }
}

/// One finding: what, where, and the box that it is about.
public struct AuditEntry: Sendable, Hashable {
  public var finding: DatasetFinding
  public var place: DatasetPlace
  /// As written, in corner form and pixels; its coordinates need not be finite or in order. Nil where it is not about
  /// one box.
  public var box: BoundingBox?
  /// What reading the dataset makes of the box; nil where it is left out.
  public var keptBox: BoundingBox?

  public init(
    finding: DatasetFinding, place: DatasetPlace, box: BoundingBox? = nil, keptBox: BoundingBox? = nil
  ) {
    self.finding = finding
    self.place = place
    self.box = box
    self.keptBox = keptBox
  }
}
