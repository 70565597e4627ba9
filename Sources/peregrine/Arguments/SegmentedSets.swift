import Datasets

/// The images that a segmenter learns from, and those that it is validated on.
struct SegmentedSets {
  let training: SegmentedSet
  let validation: SegmentedSet?

  /// - Parameters:
  ///   - data: A folder, or a COCO file.
  ///   - validation: Another one, a list of image names (`.txt`), or a fraction of the images.
  ///   - imagesFolder: of the images of COCO files, where they are not beside them.
  /// - Throws: `DatasetError` for a set that cannot be read, and a validation class that training lacks.
  init(data: String, validation: String?, imagesFolder: String? = nil, seed: UInt64) throws {
    let all = try SegmentedSet.read(at: data, imagesFolder: imagesFolder)
    let (rest, held) = try Self.parts(
      of: all, data: data, validation: validation, imagesFolder: imagesFolder, seed: seed)
    let (shown, names) = (rest.pixelCounts, rest.classNames)
    if let held {
      let counts = held.pixelCounts
      if let first = names.indices.first(where: { shown[$0] == 0 && counts[$0] > 0 }) {
        throw DatasetError(
          path: validation ?? data,
          problem:
            "has pixels of '\(names[first])', of which there are none to learn from; expected training images of "
            + "every class")
      }
    }
    training = rest
    self.validation = held
  }

  private static func parts(
    of all: SegmentedSet, data: String, validation: String?, imagesFolder: String?, seed: UInt64
  ) throws -> (SegmentedSet, SegmentedSet?) {
    guard let validation else { return (all, nil) }
    if let fraction = Double(validation) {
      guard all.images.count > 1 else {
        throw DatasetError(path: data, problem: "has one image; expected two or more to hold some back")
      }
      return all.split(fraction: fraction, seed: seed)
    }
    try MissingInput.check(validation, "a folder of images and labels, a list of image names, or a fraction")
    guard validation.lowercased().hasSuffix(".txt") else {
      return (
        all,
        try SegmentedSet.read(
          at: validation, classes: all.classNames, ids: all.classes.map(\.id), imagesFolder: imagesFolder)
      )
    }
    let (rest, listed) = try all.split(byList: validation)
    guard !rest.images.isEmpty else {
      throw DatasetError(path: validation, problem: "names every image of \(data), which leaves none to train on")
    }
    return (rest, listed)
  }
}

extension SegmentedSet {
  /// What a set is, and how its pixels are shared out among the classes, for people.
  var summary: String {
    let counts = pixelCounts
    let labelled = max(1, counts.reduce(0, +))
    func percent(_ count: Int, of total: Int) -> String {
      let value = 100 * Double(count) / Double(total)
      return value >= 10 ? String(Int(value.rounded())) : String((value * 10).rounded() / 10)
    }
    var lines = ["\(images.count) images, \(classes.count) classes (\(format.rawValue))"]
    let listed = counts.indices.prefix(30).map { "\(classNames[$0]) \(percent(counts[$0], of: labelled)) %" }
    lines.append("  " + listed.joined(separator: ", ") + (counts.count > 30 ? ", …" : ""))
    let ignored = ignoredPixelCount
    if ignored > 0 { lines.append("  \(percent(ignored, of: ignored + labelled)) % of the pixels are ignored") }
    let without = counts.indices.filter { counts[$0] == 0 }.map { classNames[$0] }
    if !without.isEmpty {
      lines.append(
        "  without a pixel: " + without.prefix(10).joined(separator: ", ") + (without.count > 10 ? ", …" : ""))
    }
    return (lines + remarks.map { "  " + $0 }).joined(separator: "\n")
  }
}
