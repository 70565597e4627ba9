import DetectionUtilities

/// Images with one class each: what classifiers learn from and are measured on.
///
/// Read one with ``read(at:classes:ids:)``.
public struct ClassifiedSet: Sendable {
  /// How the images of a set lie on disk.
  public enum Format: String, Sendable, CaseIterable {
    case classFolders = "a folder per class"
    case csv = "a CSV file of file and class"
    case idx = "IDX files, as MNIST has them"
    case cifar = "CIFAR's binary files"
    case imageRows = "sheets with an image in every row"
    case objects = "crops of labelled objects"
  }

  /// An image's class index is a place in this list.
  public let classes: [ObjectClass]
  public let images: [ClassifiedImage]
  public let format: Format
  /// What was wrong and left out, in sentences.
  public let remarks: [String]

  /// - Precondition: every class index is a place in `classes`.
  public init(classes: [ObjectClass], images: [ClassifiedImage], format: Format, remarks: [String] = []) {
    precondition(
      images.allSatisfy { classes.indices.contains($0.classIndex) },
      "every image's class is a place in a list of \(classes.count) classes")
    self.classes = classes
    self.images = images
    self.format = format
    self.remarks = remarks
  }

  public var classNames: [String] { classes.map(\.name) }

  /// Images of each class.
  public var classCounts: [Int] {
    images.reduce(into: [Int](repeating: 0, count: classes.count)) { $0[$1.classIndex] += 1 }
  }

  /// A digest of classes and of the images' names and classes (64-bit FNV-1a), by which a resumed run or a model recognises
  /// its data. Folders do not count, so that the data may be moved; pixels do not count either.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0) &* 0x100_0000_01b3
    }
    for label in classes { add("\(label.id) \(label.name)") }
    for image in images { add("\(image.classIndex) \(FilePath.lastComponent(of: image.name))") }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension ClassifiedSet {
  /// The images at the given places, with the same classes.
  public func subset(_ indices: some Sequence<Int>) -> ClassifiedSet {
    ClassifiedSet(classes: classes, images: indices.map { images[$0] }, format: format)
  }

  /// Two parts of the set, the second with `fraction` of the images of each class, rounded, and at least one of a class that
  /// has two. Images are ranked by a hash of name and seed, so that the choice is the same on every machine.
  ///
  /// - Precondition: `fraction` is in [0, 1).
  public func split(fraction: Double, seed: UInt64) -> (training: ClassifiedSet, validation: ClassifiedSet) {
    precondition(fraction >= 0 && fraction < 1, "a validation fraction is at least 0 and below 1, not \(fraction)")
    var byClass = [[(rank: UInt64, index: Int)]](repeating: [], count: classes.count)
    for (index, image) in images.enumerated() {
      byClass[image.classIndex].append((Self.rank(of: FilePath.lastComponent(of: image.name), seed: seed), index))
    }
    var held = Set<Int>()
    for members in byClass {
      var count = Int((fraction * Double(members.count)).rounded())
      if fraction > 0, members.count > 1 { count = min(max(count, 1), members.count - 1) }
      if members.count < 2 { count = 0 }
      held.formUnion(members.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.prefix(count).map(\.index))
    }
    return (subset(images.indices.filter { !held.contains($0) }), subset(held.sorted()))
  }

  private static func rank(of name: String, seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var mixed = hash ^ seed &* 0x9E37_79B9_7F4A_7C15
    return SeededGenerator.splitmix64(&mixed)
  }

  /// The same images with the classes of another list, such as a model's, by their names.
  ///
  /// - Throws: ``DatasetError`` naming the classes that the other list lacks.
  public func withClasses(_ names: [String], ids: [Int]? = nil, path: String) throws -> ClassifiedSet {
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    let counts = classCounts
    let missing = classes.indices.filter { places[classes[$0].name] == nil && counts[$0] > 0 }
    guard missing.isEmpty else {
      let listed = missing.prefix(5).map { "'\(classes[$0].name)'" }.joined(separator: ", ")
      throw DatasetError(
        path: path,
        problem: "has \(missing.count == 1 ? "a class" : "\(missing.count) classes") that is not known: \(listed)"
          + "\(missing.count > 5 ? ", …" : ""); expected classes among \(names.prefix(5).joined(separator: ", "))"
          + (names.count > 5 ? ", …" : ""))
    }
    let images = images.map { image in
      var image = image
      image.classIndex = places[classes[image.classIndex].name] ?? 0
      return image
    }
    let known = names.enumerated().map { ObjectClass(id: ids?[$0] ?? $0, name: $1) }
    return ClassifiedSet(classes: known, images: images, format: format, remarks: remarks)
  }

  /// Two parts: the images that are not named in a text file, one name, stem or path a line, and those that are.
  ///
  /// - Throws: ``DatasetError`` naming the line that names no image.
  public func split(byList path: String) throws -> (rest: ClassifiedSet, listed: ClassifiedSet) {
    let list = try ImageList(path: path)
    var audit = DatasetAudit()
    let chosen = Set(
      try list.places(
        in: images.map(\.name), relativeTo: [FilePath.folder(of: FilePath.absolute(path))], audit: &audit))
    return (subset(images.indices.filter { !chosen.contains($0) }), subset(chosen.sorted()))
  }
}
