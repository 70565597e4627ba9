extension COCOGroundTruthFile {
  /// Reads the parts that matter for boxes, from front to back; everything else in the file is passed over.
  ///
  /// A set to be tested on may lack its annotations, and its categories then. An annotation without a box has the one
  /// around its segmentation.
  ///
  /// - Parameters:
  ///   - needsImages: without it an image may lack its file name and size, and a class its name: metrics do
  ///     without, as pycocotools does. The names then come from the ids, and the size is 0.
  ///   - segmentations: whether the pixels of objects are read too.
  /// - Throws: ``DatasetError`` naming the place, and what was expected there; of records that are wrong, the first few.
  public static func read(
    from path: String, needsImages: Bool = true, segmentations: Bool = false
  ) throws -> COCOGroundTruthFile {
    var reader = COCORecordReader(path: path, needsImages: needsImages)
    reader.readsSegmentations = segmentations
    return try reader.file()
  }
}

extension DatasetError {
  /// Several things that are wrong in one file, the first few of which are named.
  static func first(of errors: [DatasetError]) -> DatasetError? {
    guard var error = errors.first, errors.count > 1 else { return errors.first }
    let shown = errors.dropFirst().prefix(4).map { other in
      let place = [other.line, other.column].compactMap { $0.map { ":\($0)" } }.joined()
      return "\n  \(other.path)\(place): \(other.problem)"
    }
    error.problem += shown.joined() + (errors.count > 5 ? "\n  and \(errors.count - 5) more" : "")
    return error
  }
}

extension JSONFileScanner {
  /// Where an object begins, for messages about keys that it lacks.
  struct Record {
    fileprivate let scanner: JSONFileScanner

    func required<Value>(_ value: Value?, _ key: String) throws -> Value {
      guard let value else { throw scanner.failure("has no key '\(key)'", joinedBy: " ") }
      return value
    }
  }

  func record() -> Record { Record(scanner: self) }
}
