extension LabelledDataset {
  /// Reads a dataset.
  ///
  /// - Parameters:
  ///   - path: A folder, or the one file of a format that has one: COCO's JSON, a `data.yaml`, CSV, CVAT's XML.
  ///   - format: Guessed where nil, see ``DatasetFormat/guess(at:)``.
  ///   - classes: The class list that the result shall have, for example that of a model. Names are compared exactly. The
  ///     source may have fewer classes, but an object of another class is an error. Where nil, the order is that
  ///     of the source's own list of classes, of COCO's ids, or of the names where there is no list.
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
    let dataset = try source.assembled(path: path, classes: classes, options: options, audit: audit)
    // A data file has its splits read one by one.
    guard case .only(let split) = options.splits, !DataFile.isOne(path) else { return dataset }
    return try dataset.filtered(bySplit: split, path: path)
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
      case .openImages: try OpenImagesReader.read(at: path, options: options, audit: &audit)
      case .csv: try CSVReader.read(at: path, options: options, audit: &audit)
      case .cvat: try CVATReader.read(at: path, options: options, audit: &audit)
      case .labelMe: try LabelMeReader.read(at: path, options: options, audit: &audit)
      case .pennFudan: try PennFudanReader.read(at: path, options: options, audit: &audit)
      case .text: try TextBoxReader.read(at: path, classes: classes, options: options, audit: &audit)
      }
    return source
  }

  /// The splits that a `data.yaml` has; empty of anything else.
  ///
  /// - Throws: ``DatasetError`` where the file is not as expected.
  public static func splits(at path: String) throws -> [DatasetSplit] {
    guard DataFile.isOne(path) else { return [] }
    let file = try DataFile(path: FilePath.absolute(path))
    return DatasetSplit.allCases.filter { file.splits[$0] != nil }
  }
}
