import DetectionUtilities
import Files

extension DatasetAuditReport {
  /// The report as a JSON file: every finding with its place, and the totals.
  ///
  /// Boxes are corners in pixels; a coordinate that is not finite is written as text, "nan" or "inf".
  /// - Throws: `OutputError` where the file cannot be written.
  public func writeJSON(to path: String) throws {
    try OutputFile.writeJSON(Document(self), to: path)
  }

  private struct Document: Encodable {
    struct Class: Encodable {
      var name: String
      var id: Int
      var boxes: Int
      /// Images in which it occurs.
      var images: Int
    }

    struct Totals: Encodable {
      var images: Int
      var boxes: Int
      var errors: Int
      var warnings: Int
      var notes: Int
      /// By kind.
      var findings: [String: Int]
    }

    var dataset: String
    var format: DatasetFormat
    var totals: Totals
    var classes: [Class]
    var sizes: BoxSizeStatistics
    var findings: [WrittenFinding]

    init(_ report: DatasetAuditReport) {
      dataset = report.path
      format = report.format
      totals = Totals(
        images: report.dataset.images.count, boxes: report.dataset.objectCount, errors: report.count(.error),
        warnings: report.count(.warning), notes: report.count(.note),
        findings: Dictionary(uniqueKeysWithValues: report.counts.map { ($0.key.rawValue, $0.value) }))
      classes = report.classes.map { Class(name: $0.label.name, id: $0.label.id, boxes: $0.boxes, images: $0.images) }
      sizes = report.sizes
      findings = report.entries.map { WrittenFinding($0) }
    }
  }
}

/// A finding as a JSON object.
struct WrittenFinding: Encodable {
  var kind: DatasetFinding
  var severity: DatasetFinding.Severity
  var explanation: String
  var detail: String?
  var file: String?
  var line: Int?
  var column: Int?
  var annotation: Int?
  var image: String?
  var box: WrittenBox?

  init(_ entry: AuditEntry) {
    kind = entry.finding
    severity = entry.finding.severity
    explanation = entry.finding.explanation
    detail = entry.place.detail
    file = entry.place.file
    line = entry.place.line
    column = entry.place.column
    annotation = entry.place.annotationID
    image = entry.place.image
    box = entry.box.map(WrittenBox.init)
  }
}

extension DatasetAuditReport {
  /// Per class its boxes and the images in which it occurs, in the order of the classes.
  public var classes: [(label: ObjectClass, boxes: Int, images: Int)] {
    var boxes = [Int](repeating: 0, count: dataset.classes.count)
    var images = boxes
    for image in dataset.images {
      for object in image.objects { boxes[object.classIndex] += 1 }
      for index in Set(image.objects.map(\.classIndex)) { images[index] += 1 }
    }
    return dataset.classes.indices.map { (dataset.classes[$0], boxes[$0], images[$0]) }
  }
}

/// The corners of a box as a JSON list; what is not finite, as text.
struct WrittenBox: Encodable, Hashable {
  var box: BoundingBox

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for value in [box.x1, box.y1, box.x2, box.y2] {
      if value.isFinite { try list.encode(value) } else { try list.encode("\(value)") }
    }
  }
}
