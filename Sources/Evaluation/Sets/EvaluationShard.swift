import Datasets
import DetectionUtilities
import Files
import Foundation

/// A share of the images of an evaluation, made by one of several processes; all of them together give the figures that one
/// process would, to the last bit.
public struct EvaluationShard: Codable, Sendable, Hashable {
  /// One of `count` shares, numbered from 1: every image whose place in the whole is `index - 1` modulo `count`.
  public struct Position: Codable, Sendable, Hashable {
    public var index: Int
    public var count: Int

    public init?(index: Int, count: Int) {
      guard count >= 1, (1...count).contains(index) else { return nil }
      self.index = index
      self.count = count
    }

    public func contains(_ place: Int) -> Bool { place % count == index - 1 }
  }

  struct Image: Codable, Sendable, Hashable {
    var place: Int
    var image: EvaluationSet.Image
  }

  /// An object or, where there is a score, a detection.
  struct Box: Codable, Sendable, Hashable {
    /// Its place in the whole, by which the parts are put together again.
    var order: Int
    var image: Int
    var classIndex: Int
    /// x, y, width, height.
    var box: [Double]
    var score: Double?
    var area: Double?
    var isCrowd: Bool?
    var isIgnored: Bool?
    var attributes: [String: Double]?
  }

  /// More processes than anybody has.
  private static let mostShards = InputLimits.shards
  /// Of a class in an image; their sums stay far below what an Int holds.
  private static let mostDetections = 1 << 31

  public let shard: Position
  public let rules: EvaluationProtocol
  let classes: [ObjectClass]
  /// How many images the whole has.
  let imageCount: Int
  let images: [Image]
  let objects: [Box]
  let detections: [Box]
  let unknownClasses: [UnknownClassDetections]?

  /// A share of detections that are all known: those of files.
  public init(_ shard: Position, of set: EvaluationSet, protocol rules: EvaluationProtocol) {
    let places = Dictionary(set.images.enumerated().map { ($1.id, $0) }) { first, _ in first }
    self.init(
      shard, set: set, protocol: rules, places: places, imageCount: set.images.count, order: { _, index in index })
  }

  /// A share that a detector has measured.
  ///
  /// - Parameters:
  ///   - measured: the share's images, without those that could not be read.
  ///   - dataset: all images.
  public init(
    _ shard: Position, measured: EvaluationSet, of dataset: LabelledDataset, protocol rules: EvaluationProtocol
  ) {
    let places = Dictionary(dataset.images.enumerated().map { ($1.id, $0) }) { first, _ in first }
    // In the whole, boxes follow the order of the images.
    self.init(
      shard, set: measured, protocol: rules, places: places, imageCount: dataset.images.count,
      order: { place, index in place << 32 + index })
  }

  /// - Parameter order: from the place of a box's image and the place of the box in the set to its place in the whole.
  private init(
    _ shard: Position, set: EvaluationSet, protocol rules: EvaluationProtocol, places: [Int: Int], imageCount: Int,
    order: (_ place: Int, _ index: Int) -> Int
  ) {
    self.shard = shard
    self.rules = rules
    self.imageCount = imageCount
    classes = set.classes
    func place(_ imageID: Int) -> Int? { places[imageID].flatMap { shard.contains($0) ? $0 : nil } }
    images = set.images.compactMap { image in place(image.id).map { Image(place: $0, image: image) } }
    objects = set.groundTruth.enumerated().compactMap { index, object in
      guard let place = place(object.imageID) else { return nil }
      return Box(
        order: order(place, index), image: object.imageID, classIndex: object.classIndex, box: object.box.numbers,
        area: object.area, isCrowd: object.isCrowd ? true : nil, isIgnored: object.isIgnored ? true : nil,
        attributes: set.attributes.isEmpty ? nil : set.attributes[index])
    }
    detections = set.detections.enumerated().compactMap { index, found in
      guard let place = place(found.imageID) else { return nil }
      return Box(
        order: order(place, index), image: found.imageID, classIndex: found.classIndex, box: found.box.numbers,
        score: found.score, area: found.area)
    }
    let unknown = set.unknownClasses.filter { place($0.imageID) != nil }
    unknownClasses = unknown.isEmpty ? nil : unknown
  }

  public var summary: String {
    "shard \(shard.index)/\(shard.count): \(images.count) of \(imageCount) images, \(objects.count) objects, "
      + "\(detections.count) detections"
  }

  /// Writes the part atomically, numbers with all their digits.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path)
  }

  /// - Throws: `DatasetError` for a file that is none of these.
  public static func read(from path: String) throws -> EvaluationShard {
    let shard: EvaluationShard
    do {
      shard = try JSONDecoder().decode(EvaluationShard.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch is DecodingError {
      throw DatasetError(path: path, problem: "expected a part of an evaluation, as evaluate --shard writes it")
    }
    try shard.check(path)
    return shard
  }

  /// Throws where numbers contradict each other; a file may say anything.
  private func check(_ path: String) throws(DatasetError) {
    guard (1...Self.mostShards).contains(shard.count), (1...shard.count).contains(shard.index) else {
      throw DatasetError(
        path: path,
        problem: "is shard \(shard.index) of \(shard.count); expected a number from 1 to the count, which is at most "
          + "\(Self.mostShards)")
    }
    if let problem = rules.problem { throw DatasetError(path: path, problem: "its rules \(problem)") }
    if let unknown = unknownClasses?.first(where: { !(0...Self.mostDetections).contains($0.count) }) {
      throw DatasetError(
        path: path,
        problem: "\(unknown.count) detections of '\(unknown.className)' in one image; expected 0 to "
          + "\(Self.mostDetections)")
    }
    for (what, boxes) in [("object", objects), ("detection", detections)] {
      for (number, box) in boxes.enumerated() where !classes.indices.contains(box.classIndex) {
        throw DatasetError(
          path: path,
          problem: "\(what) \(number): the classIndex \(box.classIndex) is none of the \(classes.count) classes, "
            + "which are counted from 0")
      }
    }
  }
}

extension EvaluationShard {
  /// Puts the parts of one evaluation together again, given in any order.
  ///
  /// - Parameter parts: each with the path that messages name.
  /// - Throws: `DatasetError` where a part is missing, there twice, or of another evaluation.
  public static func merged(
    _ parts: [(path: String, part: EvaluationShard)]
  ) throws -> (set: EvaluationSet, rules: EvaluationProtocol) {
    guard let (firstPath, first) = parts.first else {
      preconditionFailure("merging needs a part")
    }
    var paths: [Int: String] = [:]
    for (path, part) in parts {
      for (what, isSame) in [
        ("number of shards", part.shard.count == first.shard.count), ("protocol", part.rules == first.rules),
        ("list of classes", part.classes == first.classes), ("number of images", part.imageCount == first.imageCount),
      ] where !isSame {
        throw DatasetError(path: path, problem: "has another \(what) than \(firstPath); expected parts of one run")
      }
      if let other = paths.updateValue(path, forKey: part.shard.index) {
        throw DatasetError(path: path, problem: "is shard \(part.shard.index)/\(part.shard.count), as \(other) is")
      }
    }
    let missing = (1...first.shard.count).filter { paths[$0] == nil }
    guard missing.isEmpty else {
      throw DatasetError(
        path: firstPath,
        problem: "of its \(first.shard.count) shards these are missing: "
          + missing.prefix(20).map { "\($0)/\(first.shard.count)" }.joined(separator: ", ")
          + (missing.count > 20 ? " and \(missing.count - 20) more" : ""))
    }
    let objects = parts.flatMap(\.part.objects).sorted { $0.order < $1.order }
    let hasAttributes = objects.contains { $0.attributes != nil }
    let set = try EvaluationSet(
      classes: first.classes,
      images: parts.flatMap(\.part.images).sorted { $0.place < $1.place }.map(\.image),
      groundTruth: objects.map {
        EvaluationGroundTruth(
          imageID: $0.image, classIndex: $0.classIndex, box: try CornerSizeBox(numbers: $0.box, in: firstPath),
          area: $0.area, isCrowd: $0.isCrowd ?? false, isIgnored: $0.isIgnored ?? false)
      },
      attributes: hasAttributes ? objects.map { $0.attributes ?? [:] } : [],
      detections: parts.flatMap(\.part.detections).sorted { $0.order < $1.order }.map {
        EvaluationDetection(
          imageID: $0.image, classIndex: $0.classIndex, box: try CornerSizeBox(numbers: $0.box, in: firstPath),
          score: $0.score ?? 0, area: $0.area)
      }, unknownClasses: parts.flatMap { $0.part.unknownClasses ?? [] })
    return (set, first.rules)
  }
}

extension CornerSizeBox {
  fileprivate var numbers: [Double] { [x, y, width, height] }

  fileprivate init(numbers: [Double], in path: String) throws {
    guard numbers.count == 4 else {
      throw DatasetError(path: path, problem: "a box of \(numbers.count) numbers; expected 4")
    }
    self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }
}
