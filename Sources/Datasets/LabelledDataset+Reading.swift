extension LabelledDataset {
  /// Reads a dataset.
  ///
  /// - Parameters:
  ///   - path: A folder, a COCO JSON file, or a YOLO `data.yaml`.
  ///   - format: Guessed where nil, see ``DatasetFormat/guess(at:)``.
  ///   - classes: The class list that the result shall have, for example that of a model. Names are compared exactly. The
  ///     source may have fewer classes, but an object of another class is an error. Where nil, VOC's classes are in
  ///     order of name, COCO's in order of id, YOLO's and DeepPCB's in order of index.
  /// - Throws: ``DatasetError`` naming file, line and what was expected there. What is readable but wrong does not throw:
  ///   it is repaired or left out, and counted in ``audit``.
  public static func read(
    at path: String, format: DatasetFormat? = nil, classes: [String]? = nil,
    options: DatasetReadingOptions = DatasetReadingOptions()
  ) throws -> LabelledDataset {
    let path = FilePath.absolute(path)
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    var audit = DatasetAudit(treatment: options.treatment)
    let source = try source(at: path, format: format, classes: classes, options: options, audit: &audit)
    return try source.assembled(path: path, classes: classes, options: options, audit: audit)
  }

  /// What the label files say, before it is looked at.
  static func source(
    at path: String, format: DatasetFormat?, classes: [String]?, options: DatasetReadingOptions,
    audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let source =
      switch try format ?? .guess(at: path) {
      case .voc: try VOCReader.read(at: path, options: options, audit: &audit)
      case .coco: try COCOReader.read(at: path, options: options, audit: &audit)
      case .yolo: try YOLOReader.read(at: path, classes: classes, options: options, audit: &audit)
      case .deepPCB: try DeepPCBReader.read(at: path, options: options, audit: &audit)
      }
    return source
  }
}
