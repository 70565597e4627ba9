import ImageCodecs

/// Images with a class for every pixel: what segmenters learn from and are measured on.
///
/// Read one with ``read(at:classes:ids:imagesFolder:)``.
public struct SegmentedSet: Sendable {
  /// How the files of a set lie on disk.
  public enum Format: String, Sendable, CaseIterable {
    case camVid = "NAME and NAMEannot, as CamVid has them"
    case voc = "JPEGImages and SegmentationClass, as VOC has them"
    case folders = "a folder of images and one of labels"
    case cityscapes = "leftImg8bit and gtFine, as Cityscapes has them"
    /// Objects by outlines or run lengths, the smaller ones on top, on a class of their background.
    case coco = "a COCO file, its objects drawn on a background"
    case panoptic = "a panoptic COCO file and its pictures of segments"
  }

  /// A class index is a place in this list; ids are the bytes of the files.
  public let classes: [ObjectClass]
  /// Of the classes, to show them.
  public let colors: [RGBColor]
  public let images: [SegmentedImage]
  public let format: Format
  /// What was wrong and left out, in sentences.
  public let remarks: [String]

  init(classes: [ObjectClass], colors: [RGBColor], images: [SegmentedImage], format: Format, remarks: [String] = []) {
    self.classes = classes
    self.colors = colors
    self.images = images
    self.format = format
    self.remarks = remarks
  }

  public var classNames: [String] { classes.map(\.name) }

  /// Labelled pixels of each class.
  public var pixelCounts: [Int] {
    images.reduce(into: [Int](repeating: 0, count: classes.count)) { sum, image in
      for (index, count) in image.pixelCounts.enumerated() { sum[index] += count }
    }
  }

  /// Pixels that count for nothing.
  public var ignoredPixelCount: Int {
    images.reduce(0) { $0 + $1.size.width * $1.size.height - $1.pixelCounts.reduce(0, +) }
  }

  /// A digest of classes and of the images' names and pixel counts (64-bit FNV-1a), by which a resumed run or a model
  /// recognises its data. Folders do not count, so that the data may be moved.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0) &* 0x100_0000_01b3
    }
    for label in classes { add("\(label.id) \(label.name)") }
    for image in images { add("\(FilePath.lastComponent(of: image.path)) \(image.size) \(image.pixelCounts)") }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Throws where an image is smaller than what one element of a network's coarsest map stands for.
  public func check(stride: Int) throws(DatasetError) {
    for image in images where min(image.size.width, image.size.height) < stride {
      throw DatasetError(
        path: image.path, problem: "is \(image.size); expected sides of at least \(stride), the network's stride")
    }
  }
}

extension SegmentedSet {
  /// The images at the given places, with the same classes.
  public func subset(_ indices: some Sequence<Int>) -> SegmentedSet {
    SegmentedSet(classes: classes, colors: colors, images: indices.map { images[$0] }, format: format)
  }

  /// Two parts of the set, the second with a fraction of the images, at least one. Images are ranked by a hash of name and
  /// seed, so that the choice is the same on every machine.
  ///
  /// - Precondition: `fraction` is in (0, 1), and there are two images or more.
  public func split(fraction: Double, seed: UInt64) -> (training: SegmentedSet, validation: SegmentedSet) {
    precondition(fraction > 0 && fraction < 1 && images.count > 1, "a fraction of \(images.count) images")
    let count = min(max(1, Int((fraction * Double(images.count)).rounded())), images.count - 1)
    let ranked = images.indices.map { (images[$0].rank(seed: seed), $0) }.sorted { $0 < $1 }
    let held = Set(ranked.prefix(count).map(\.1))
    return (subset(images.indices.filter { !held.contains($0) }), subset(held.sorted()))
  }

  /// Two parts: the images that are not named in a text file, one name, stem or path a line, and those that are.
  ///
  /// - Throws: ``DatasetError`` naming the line that names no image.
  public func split(byList path: String) throws -> (rest: SegmentedSet, listed: SegmentedSet) {
    let list = try ImageList(path: path)
    var audit = DatasetAudit()
    let chosen = Set(
      try list.places(
        in: images.map(\.path), relativeTo: [FilePath.folder(of: FilePath.absolute(path))], audit: &audit))
    return (subset(images.indices.filter { !chosen.contains($0) }), subset(chosen.sorted()))
  }

  /// The same images with the classes of another list, such as a model's, by their names.
  ///
  /// - Throws: ``DatasetError`` naming the classes with pixels that the other list lacks.
  public func withClasses(_ names: [String], ids: [Int]? = nil, path: String) throws(DatasetError) -> SegmentedSet {
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    let counts = pixelCounts
    let missing = classes.indices.filter { places[classes[$0].name] == nil && counts[$0] > 0 }
    guard missing.isEmpty else {
      let listed = missing.prefix(5).map { "'\(classes[$0].name)'" }.joined(separator: ", ")
      throw DatasetError(
        path: path,
        problem: "has \(missing.count == 1 ? "a class" : "\(missing.count) classes") that is not known: \(listed)"
          + "\(missing.count > 5 ? ", …" : ""); expected classes among \(names.prefix(5).joined(separator: ", "))"
          + (names.count > 5 ? ", …" : ""))
    }
    let mapping = classes.map { places[$0.name].map { UInt8($0) } ?? LabelMap.ignored }
    let colors = names.indices.map { index in
      classes.firstIndex { $0.name == names[index] }.map { self.colors[$0] } ?? RGBColor.ofClass(index)
    }
    return SegmentedSet(
      classes: names.enumerated().map { ObjectClass(id: ids?[$0] ?? $0, name: $1) }, colors: colors,
      images: images.map { $0.renumbered(mapping, classCount: names.count) }, format: format, remarks: remarks)
  }
}
