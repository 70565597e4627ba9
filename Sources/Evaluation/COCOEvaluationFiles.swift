import Datasets
import DetectionUtilities

/// Ground truth and detections as COCO's two files, read for metrics alone: no image is opened, and every number is the one
/// that stands in the file.
public struct COCOEvaluationFiles {
  public let set: EvaluationSet
  /// What is strange in the files without making them useless, a line each.
  public let warnings: [String]

  /// - Throws: ``DatasetError`` naming file, line or annotation where something cannot be measured.
  public init(groundTruth path: String, detections: String) throws {
    let file = try COCOGroundTruthFile.read(from: path, needsImages: false)
    var checks = EvaluationFileChecks(path: path, sizes: try Self.sizes(of: file, path: path))
    let categories = file.categories.sorted { $0.id < $1.id }
    var classIndices: [Int: Int] = [:]
    for (index, category) in categories.enumerated() {
      guard classIndices.updateValue(index, forKey: category.id) == nil else {
        throw DatasetError(path: path, problem: "categories: the id \(category.id) stands twice; expected it once")
      }
    }
    var truth: [EvaluationGroundTruth] = []
    truth.reserveCapacity(file.annotations.count)
    var attributes: [[String: Double]] = []
    let hasAttributes = file.annotations.contains { $0.attributes != nil }
    for (index, annotation) in file.annotations.enumerated() {
      guard let box = try checks.box(of: annotation, index: index) else { continue }
      guard let classIndex = classIndices[annotation.categoryID] else {
        throw DatasetError(
          path: path,
          problem: "annotations[\(index)].category_id is \(annotation.categoryID); expected one of the categories' ids")
      }
      truth.append(
        EvaluationGroundTruth(
          imageID: annotation.imageID, classIndex: classIndex, box: box, area: annotation.area,
          isCrowd: annotation.isCrowd != 0))
      if hasAttributes { attributes.append(annotation.attributes ?? [:]) }
    }
    var warnings = checks.warnings

    checks = EvaluationFileChecks(path: detections, sizes: checks.sizes)
    var found: [EvaluationDetection] = []
    try COCOResultsFile.scan(detections) { entry in
      let index = found.count
      guard let classIndex = classIndices[entry.categoryID] else {
        throw Self.unknownCategory(entry.categoryID, index: index, path: detections, categories: categories)
      }
      try checks.check(entry, index: index, groundTruth: path)
      found.append(
        EvaluationDetection(
          imageID: entry.imageID, classIndex: classIndex, box: entry.bbox, score: entry.score))
    }
    warnings += checks.warnings
    set = EvaluationSet(
      classes: categories.map { ObjectClass(id: $0.id, name: $0.name) },
      images: file.images.map {
        EvaluationSet.Image(id: $0.id, name: $0.fileName.isEmpty ? "image \($0.id)" : $0.fileName)
      },
      groundTruth: truth, attributes: attributes, detections: found)
    self.warnings = warnings
  }

  private static func sizes(
    of file: COCOGroundTruthFile, path: String
  ) throws -> [Int: (width: Double, height: Double)] {
    var sizes: [Int: (width: Double, height: Double)] = [:]
    sizes.reserveCapacity(file.images.count)
    for image in file.images {
      guard sizes.updateValue((Double(image.width), Double(image.height)), forKey: image.id) == nil else {
        throw DatasetError(path: path, problem: "images: the id \(image.id) stands twice; expected it once")
      }
    }
    return sizes
  }

  private static func unknownCategory(
    _ id: Int, index: Int, path: String, categories: [COCOGroundTruthFile.Category]
  ) -> DatasetError {
    var expected = categories.prefix(100).map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
    if let last = categories.last?.id, last > categories.count, (0...categories.count).contains(id) {
      expected +=
        ". The ground truth's \(categories.count) ids go up to \(last) with gaps; these may be running numbers, as of "
        + "COCO's 80 classes with ids up to 90: number them by the list above"
    }
    return DatasetError(path: path, problem: "[\(index)].category_id is \(id); expected one of \(expected)")
  }
}
