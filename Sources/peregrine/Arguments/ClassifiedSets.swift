import Datasets

/// The images that a classifier learns from, and those that it is validated on.
struct ClassifiedSets {
  let training: ClassifiedSet
  let validation: ClassifiedSet?

  /// - Parameters:
  ///   - data: A folder or a file.
  ///   - validation: Another one, a list of image names (`.txt`), or a fraction of each class.
  ///   - Throws: `DatasetError` for one class alone, or a validation class that training lacks.
  init(data: String, validation: String?, seed: UInt64) throws {
    let all = try ClassifiedSet.read(at: data)
    let (rest, held) = try Self.parts(of: all, validation: validation, seed: seed)
    let known = rest.classCounts.count { $0 > 0 }
    guard known > 1 else {
      throw DatasetError(path: data, problem: "has images of one class alone; expected two classes or more")
    }
    if let held {
      let (counts, heldCounts, names) = (rest.classCounts, held.classCounts, rest.classNames)
      let untaught = names.indices.filter { counts[$0] == 0 && heldCounts[$0] > 0 }
      if let first = untaught.first {
        throw DatasetError(
          path: validation ?? data,
          problem:
            "has images of '\(names[first])', of which there are none to learn from; expected training images of "
            + "every class")
      }
    }
    training = rest
    self.validation = held
  }

  private static func parts(
    of all: ClassifiedSet, validation: String?, seed: UInt64
  ) throws -> (ClassifiedSet, ClassifiedSet?) {
    guard let validation else { return (all, nil) }
    if let fraction = Double(validation) { return all.split(fraction: fraction, seed: seed) }
    try MissingInput.check(validation, "a folder of images, a list of image names, or a fraction")
    if validation.lowercased().hasSuffix(".txt") { return try all.split(byList: validation) }
    return (all, try ClassifiedSet.read(at: validation, classes: all.classNames, ids: all.classes.map(\.id)))
  }
}

extension ClassifiedSet {
  /// What a set is, and how its images are shared out among the classes, for people.
  var summary: String {
    let counts = classCounts
    var lines = ["\(images.count) images, \(classes.count) classes (\(format.rawValue))"]
    let listed = counts.indices.prefix(20).map { "\(classNames[$0]) \(counts[$0])" }.joined(separator: ", ")
    lines.append("  " + listed + (counts.count > 20 ? ", …" : ""))
    let present = counts.filter { $0 > 0 }
    if let most = present.max(), let least = present.min(), most > 3 * least {
      lines.append("  the largest class has \(most) images, the smallest \(least)")
    }
    let without = counts.indices.filter { counts[$0] == 0 }.map { classNames[$0] }
    if !without.isEmpty {
      lines.append(
        "  without an image: " + without.prefix(10).joined(separator: ", ") + (without.count > 10 ? ", …" : ""))
    }
    return (lines + remarks.map { "  " + $0 }).joined(separator: "\n")
  }
}
