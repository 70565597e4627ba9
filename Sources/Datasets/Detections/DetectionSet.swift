import DetectionUtilities

/// What a detector found in the images of a dataset, read from files: images and classes are the dataset's.
///
/// Read one with ``read(at:for:options:)``. A file holds it all to one dataset: what does not fit is refused by name,
/// so that a number never comes from half of the detections.
public struct DetectionSet: Sendable {
  /// The form of the files.
  public enum Source: Hashable, Sendable {
    /// A COCO results file: a list, images and classes by the dataset's ids, or by names where it has none.
    case cocoResults
    /// A COCO file with scores: images and classes by name.
    case cocoAnnotations
    /// One text file an image: a class, a score and a box a line.
    case text(TextBoxForm)
    /// One text file a class, as Darknet writes them: an image, a score and a box a line.
    case classFiles(TextBoxForm)
    /// One CSV file, `image,label,score,x1,y1,x2,y2` a line.
    case csv
  }

  /// How a class is called in the files, and which class of the dataset that is.
  public struct ClassLink: Hashable, Sendable {
    public let source: String
    public let classIndex: Int
    public let name: String
    /// Detections of it.
    public let count: Int
  }

  /// In the order of the files, these in order of name. Boxes given by corner and size are exactly as written.
  public let detections: [EvaluationDetection]
  /// Their pixels, in the same order: masks of the images' sizes. Empty unless ``DetectionReadingOptions/readsMasks`` is set.
  public let segmentations: [COCOSegmentation]
  public let source: Source
  /// In the order of the dataset's classes; those alone that occur.
  public let classLinks: [ClassLink]
  public let findings: [DetectionFinding: Int]
  /// What could be meant in several ways: how it was read, and on what evidence.
  public let readings: [String]
  /// Images of the dataset in which nothing was found.
  public let imagesWithoutDetections: Int
  /// What was left out where ``DetectionReadingOptions/acceptsUnknownClasses`` is set.
  public let unknownClasses: [UnknownClassDetections]

  /// Lines for people: how much there is, which class is which, and warnings.
  public var summary: String {
    var form =
      switch source {
      case .cocoResults: "COCO results"
      case .cocoAnnotations: "COCO annotations with scores"
      case .text(let form): "text files, boxes as \(form.rawValue)"
      case .classFiles(let form): "text files, one a class, boxes as \(form.rawValue)"
      case .csv: "CSV"
      }
    if imagesWithoutDetections > 0 { form += "; \(imagesWithoutDetections) images without detections" }
    var lines = ["\(detections.count) detections from \(form)"]
    if !classLinks.isEmpty {
      lines.append("  " + classLinks.map { "\($0.source) → \($0.name) (\($0.count))" }.joined(separator: ", "))
    }
    lines += readings.map { "  " + $0 }
    lines += DetectionFinding.allCases.compactMap { finding in
      findings[finding].map { "warning: \($0) × \(finding.description)" }
    }
    return lines.joined(separator: "\n")
  }

  /// Reads detections of a dataset's images: a COCO results file, a COCO file with scores, a folder of text files, or
  /// the program's own CSV; the file's content tells which.
  ///
  /// - Throws: ``DatasetError`` naming file and line: for numbers that are not finite, negative sizes, scores outside of
  ///   0 to 1; and naming images and classes that the dataset does not have. Options accept the scores and the classes.
  public static func read(
    at path: String, for dataset: LabelledDataset, options: DetectionReadingOptions = DetectionReadingOptions()
  ) throws -> DetectionSet {
    let path = FilePath.absolute(path)
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    var resolver = DetectionResolver(dataset: dataset, options: options, path: path)
    if FilePath.isFolder(path) {
      let json = try FilePath.files(in: path, extensions: ["json", "csv"])
      guard json.count == 1 else { return try resolver.readText(in: path) }
      return try read(at: FilePath.joined(path, json[0]), for: dataset, options: options)
    }
    switch FilePath.fileExtension(of: path) {
    case "csv": return try resolver.readCSV(path)
    case "json":
      let start = try FilePath.beginning(of: path, count: 4096)
      let first = start.first { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
      if first == UInt8(ascii: "[") { return try resolver.readResults(path) }
      guard let key = try COCOResultsFile.listKey(path) else { return try resolver.readAnnotations(path) }
      return try resolver.readResults(path, key: key)
    default:
      throw DatasetError(
        path: path, problem: "expected detections: a COCO .json file, a .csv file or a folder of .txt files")
    }
  }
}

/// A kind of thing about detections that is worth a warning. All of them are kept as written.
public enum DetectionFinding: String, Sendable, Hashable, Codable, CaseIterable {
  /// Counted are the boxes that fit their image as corners and not as corner and size; only where these are most.
  case cornersForSizes
  case boxOutsideImage
  case boxReachingOut
  case zeroAreaBox

  /// One line for people, to be read after a count.
  public var description: String {
    switch self {
    case .cornersForSizes:
      "box that reaches out of its image as x, y, width, height, and fits as x1, y1, x2, y2: "
        + "the file may hold corners"
    case .boxOutsideImage: "detection entirely outside its image"
    case .boxReachingOut: "detection reaching out of its image"
    case .zeroAreaBox: "detection without area"
    }
  }
}
