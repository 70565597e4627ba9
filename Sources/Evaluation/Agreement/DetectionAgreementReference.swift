import Datasets
import DetectionUtilities
import Files
import Foundation

/// Detections that another program wrote as COCO results, for images and classes that a model knows by name.
public struct DetectionAgreementReference: Sendable {
  /// The classes of the model that the detections are compared with.
  public struct Classes: Sendable {
    public var names: [String]
    /// Ids by the same index.
    public var ids: [Int]

    public init(names: [String], ids: [Int]) {
      self.names = names
      self.ids = ids
    }
  }

  /// Images of the file that were not asked for.
  public let otherImageCount: Int
  private let detections: [String: [Detection]]

  /// What stands in the file for an image, by its path as it was asked for.
  public func detections(in image: String) -> [Detection] { detections[image] ?? [] }

  /// Reads the file.
  ///
  /// Its image ids mean what the COCO file `groundTruth` says; without it, what the list beside the file says that
  /// ``COCODetections`` writes, or else the number that an image is called by, as in `000000000009.jpg`. Category ids
  /// mean the ground truth's names; without it they are the model's own.
  ///
  /// - Parameters:
  ///   - images: paths of the images to compare.
  ///   - groundTruth: a COCO file with the same ids.
  /// - Throws: `DatasetError` naming the file and entry: for numbers that cannot be, categories that the model does not
  ///   know, images without an id, and where no image that was asked for is in the file.
  public init(contentsOf path: String, images: [String], groundTruth: String? = nil, classes: Classes) throws {
    let truth = try groundTruth.map { try COCOGroundTruthFile.read(from: $0, needsImages: false) }
    let naming = try Self.imageNaming(truth, groundTruth: groundTruth, reference: path)
    let paths = try Self.pathsByID(of: images, naming: naming)
    let categories = Categories(truth: truth, classes: classes)
    var found: [String: [Detection]] = [:]
    var others: Set<Int> = []
    var index = 0
    try COCOResultsFile.scan(path) { entry in
      func failure(_ problem: String) -> DatasetError { DatasetError(path: path, problem: "[\(index)]\(problem)") }
      let box = entry.bbox
      guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite), box.width >= 0, box.height >= 0 else {
        throw failure(".bbox is \([box.x, box.y, box.width, box.height]); expected x, y and a size of at least 0")
      }
      guard (0...1).contains(entry.score) else {
        throw failure(".score is \(entry.score); expected a number from 0 to 1")
      }
      if let image = paths[entry.imageID] {
        guard let classIndex = categories.classIndices[entry.categoryID] else {
          throw failure(".category_id is \(entry.categoryID)\(categories.problem(with: entry.categoryID))")
        }
        found[image, default: []].append(Detection(box: box.boundingBox, classIndex: classIndex, score: entry.score))
      } else {
        others.insert(entry.imageID)
      }
      index += 1
    }
    if found.isEmpty, let other = others.min(), let (id, image) = paths.min(by: { $0.key < $1.key }) {
      throw DatasetError(
        path: path,
        problem: "holds detections of other images alone, such as image_id \(other); expected those of the images to "
          + "compare, such as \(id) for \(image)")
    }
    detections = found
    otherImageCount = others.count
  }

  /// Ids by file name without folders, and which file says so; nil where only the names tell.
  private typealias Naming = (ids: [String: Int], source: String)

  private static func imageNaming(
    _ truth: COCOGroundTruthFile?, groundTruth: String?, reference: String
  ) throws -> Naming? {
    func naming(_ images: [(name: String, id: Int)], _ source: String) throws -> Naming {
      let ids = try Dictionary(images.map { (lastComponent($0.name), $0.id) }) { first, second in
        throw DatasetError(
          path: source, problem: "images \(first) and \(second) have one file name; expected each once")
      }
      return (ids, source)
    }
    if let truth, let groundTruth { return try naming(truth.images.map { ($0.fileName, $0.id) }, groundTruth) }
    guard let list = COCODetections.listPath(beside: reference), FileManager.default.fileExists(atPath: list) else {
      return nil
    }
    let entries: [COCODetections.ImageName]
    do {
      entries = try JSONDecoder().decode(
        [COCODetections.ImageName].self, from: Data(contentsOf: URL(fileURLWithPath: list)))
    } catch {
      throw DatasetError(path: list, problem: "is not a list of images, each with 'id' and 'file_name'")
    }
    return try naming(entries.map { ($0.fileName, $0.id) }, list)
  }

  private static func pathsByID(of images: [String], naming: Naming?) throws -> [Int: String] {
    var paths: [Int: String] = [:]
    for image in images {
      guard let id = naming.map({ $0.ids[lastComponent(image)] }) ?? number(of: image) else {
        throw DatasetError(
          path: image,
          problem: naming.map { "\($0.source) has no image of this name; expected one, with the results' id" }
            ?? "has no number for a name; expected one such as 000000000009.jpg, or a COCO file that gives its id")
      }
      if let other = paths[id], other != image {
        throw DatasetError(
          path: image, problem: "has the id \(id), as \(other) has; expected images with ids of their own")
      }
      paths[id] = image
    }
    return paths
  }

  /// What COCO's names end with: 42 of `COCO_val2014_000000000042.jpg`.
  private static func number(of image: String) -> Int? {
    let stem = PathName.withoutExtension(lastComponent(image))
    guard let digits = stem.split(separator: "_").last, digits.allSatisfy(\.isASCII) else { return nil }
    return digits.allSatisfy(\.isNumber) ? Int(digits) : nil
  }

  private static func lastComponent(_ path: String) -> String { PathName.lastComponent(of: path) }
}
