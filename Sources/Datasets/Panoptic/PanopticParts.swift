import DetectionUtilities
import ImageCodecs
import JSONScanning

/// Instances, and stuff, that were found in a set's images each by itself: what a `PanopticMerger` joins.
public struct PanopticParts: Sendable {
  public struct Image: Sendable, Hashable {
    public var id: Int
    public var fileName: String
    public var size: ImageSize
  }

  /// Where the stuff is.
  private enum Semantics: Sendable {
    /// By image id.
    case records([Int: [StuffRecord]])
    /// Label files, their bytes categories' ids.
    case labels(folder: String)
  }

  private struct StuffRecord: Sendable {
    var classIndex: Int
    var segmentation: COCOSegmentation
  }

  private struct InstanceRecord: Sendable {
    var classIndex: Int
    var score: Double
    var segmentation: COCOSegmentation
  }

  /// In the order of their file.
  public let images: [Image]
  public let classes: [PanopticSet.Class]
  /// Records of images that the set does not have, left out.
  public let unknownImageCount: Int

  private let instancesPath: String
  private let semanticsPath: String
  private let instances: [Int: [InstanceRecord]]
  private let semantics: Semantics
  /// By category id.
  private let places: [Int: Int]

  /// - Parameters:
  ///   - path: a panoptic COCO file, of which images and categories are read.
  ///   - instances: COCO results with segmentations.
  ///   - semantics: COCO results of stuff (a list of image, category and segmentation), or a folder with a label file for every
  ///     image, NAME.png, whose bytes are categories' ids; 0 and 255 stand for none. What they say of things counts for nothing.
  /// - Throws: ``DatasetError`` naming the file, and the record that is wrong.
  public init(set path: String, instances: String, semantics: String) throws {
    let file = try PanopticFile(path)
    classes = file.categories.map { PanopticSet.Class(id: $0.id, name: $0.name, isThing: $0.isThing ?? true) }
    let places = Dictionary(classes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let sizes = Dictionary(file.images.map { ($0.id, $0) }) { first, _ in first }
    images = file.images.map {
      Image(id: $0.id, fileName: $0.fileName, size: ImageSize(width: $0.width, height: $0.height))
    }
    for image in images where image.size.width <= 0 || image.size.height <= 0 {
      throw DatasetError(path: path, problem: "the image \(image.id) has no width and height; expected both")
    }
    (instancesPath, semanticsPath) = (instances, semantics)
    self.places = places
    var unknown = 0
    var found: [Int: [InstanceRecord]] = [:]
    var index = 0
    let key = try Self.listKey(of: instances)
    try COCOResultsFile.scanRecords(instances, key: key, readsMasks: true) { record in
      defer { index += 1 }
      guard case .number(let image) = record.image.id, case .number(let category) = record.category.id else {
        throw DatasetError(path: instances, problem: "[\(index)]: expected whole numbers as image_id and category_id")
      }
      guard sizes[image] != nil else {
        unknown += 1
        return
      }
      guard let place = places[category] else {
        throw DatasetError(path: instances, problem: "[\(index)]: the category \(category) is none of \(path)")
      }
      guard let segmentation = record.segmentation else {
        throw DatasetError(path: instances, problem: "[\(index)]: has no segmentation; expected one for each instance")
      }
      found[image, default: []].append(
        InstanceRecord(classIndex: place, score: record.score, segmentation: segmentation))
    }
    self.instances = found
    if FilePath.isFolder(semantics) {
      self.semantics = .labels(folder: semantics)
    } else {
      var records: [Int: [StuffRecord]] = [:]
      for (index, record) in try StuffResults.read(semantics).enumerated() {
        guard sizes[record.imageID] != nil else {
          unknown += 1
          continue
        }
        guard let place = places[record.categoryID] else {
          throw DatasetError(
            path: semantics, problem: "[\(index)]: the category \(record.categoryID) is none of \(path)")
        }
        if classes[place].isThing { continue }
        records[record.imageID, default: []].append(
          StuffRecord(classIndex: place, segmentation: record.segmentation))
      }
      self.semantics = .records(records)
    }
    unknownImageCount = unknown
  }

  /// What was found in an image.
  ///
  /// - Throws: ``DatasetError`` naming the file with a mask that is none of the image's size, or a label file that is wrong.
  public func found(
    inImageAt index: Int
  ) throws(DatasetError) -> (instances: [PanopticMerger.Instance], stuff: [PanopticMerger.Region]) {
    let image = images[index]
    var objects: [PanopticMerger.Instance] = []
    for record in instances[image.id] ?? [] {
      let mask = try mask(record.segmentation, of: image, path: instancesPath)
      objects.append(PanopticMerger.Instance(classIndex: record.classIndex, score: record.score, mask: mask))
    }
    switch semantics {
    case .records(let records):
      var regions: [PanopticMerger.Region] = []
      for record in records[image.id] ?? [] {
        let mask = try mask(record.segmentation, of: image, path: semanticsPath)
        regions.append(PanopticMerger.Region(classIndex: record.classIndex, mask: mask))
      }
      return (objects, regions)
    case .labels(let folder):
      let path = FilePath.joined(folder, FilePath.stem(of: FilePath.lastComponent(of: image.fileName)) + ".png")
      return (objects, try regions(inLabelsAt: path, of: image))
    }
  }

  private func mask(
    _ segmentation: COCOSegmentation, of image: Image, path: String
  ) throws(DatasetError) -> RunLengthMask {
    do throws(MaskError) {
      return try segmentation.mask(width: image.size.width, height: image.size.height)
    } catch {
      throw DatasetError(path: path, problem: "image \(image.id) has \(error)")
    }
  }

  /// By category id, which is the byte.
  private func regions(
    inLabelsAt path: String, of image: Image
  ) throws(DatasetError) -> [PanopticMerger.Region] {
    guard case .indexed(let map, _) = try LabelSource.file(at: path) else {
      throw DatasetError(path: path, problem: "has colours; expected one byte a pixel, the id of its category")
    }
    guard map.size == image.size else {
      throw DatasetError(
        path: path, problem: "is \(map.size); expected \(image.size), the size of the image \(image.id)")
    }
    let counts = map.counts
    let present = counts.indices.filter { counts[$0] > 0 }
    if let byte = present.first(where: { places[$0] == nil && $0 != 0 && $0 != Int(LabelMap.ignored) }) {
      throw DatasetError(
        path: path, problem: "has the byte \(byte), which is no category's id; expected one, or 0 or 255")
    }
    return present.compactMap { byte in
      guard let place = places[byte], !classes[place].isThing else { return nil }
      let runs = map.runsDownColumns(of: UInt8(byte))
      return PanopticMerger.Region(
        classIndex: place, mask: RunLengthMask(width: map.width, height: map.height, inside: runs))
    }
  }

  private static func listKey(of path: String) throws -> String? {
    var scanner = try JSONFileScanner(path: path)
    return scanner.peek() == UInt8(ascii: "[") ? nil : try COCOResultsFile.listKey(path)
  }
}

/// Results for COCO's stuff task: for an image and a category, all of its pixels.
private enum StuffResults {
  struct Record {
    var imageID: Int
    var categoryID: Int
    var segmentation: COCOSegmentation
  }

  static func read(_ path: String) throws -> [Record] {
    var scanner = try JSONFileScanner(path: path)
    return try scanner.wholeList { try record(&$0) }
  }

  private static func record(_ scanner: inout JSONFileScanner) throws -> Record {
    var (image, category, segmentation) = (Int?.none, Int?.none, COCOSegmentation?.none)
    let record = scanner.record()
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "image_id" {
        image = try scanner.integer()
      } else if key == "category_id" {
        category = try scanner.integer()
      } else if key == "segmentation" {
        segmentation = try scanner.segmentation()
      } else {
        try scanner.skipValue()
      }
    }
    return try Record(
      imageID: record.required(image, "image_id"), categoryID: record.required(category, "category_id"),
      segmentation: record.required(segmentation, "segmentation"))
  }
}

extension JSONFileScanner {
  fileprivate mutating func wholeList<Element>(
    _ element: (inout JSONFileScanner) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    var level = try beginList()
    while try hasNext(&level) { elements.append(try element(&self)) }
    try finish()
    return elements
  }
}
