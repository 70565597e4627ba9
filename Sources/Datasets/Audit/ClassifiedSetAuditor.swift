import Foundation
import ImageCodecs

/// Examines a set of images with one class each: decodes every image, compares them with each other, and lists all that is wrong.
///
/// It changes nothing, and goes on where reading the set for training would stop: after a class folder without images, a line
/// that names a missing image.
public struct ClassifiedSetAuditor: Sendable {
  /// Threads that decode images.
  public var threads: Int

  /// A class with fewer images, or with a smaller share of the largest class's, is too rare to learn or to measure.
  static let fewestImages = 10
  static let smallestShare = 0.01

  public init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    precondition(threads > 0, "at least one thread")
    self.threads = threads
  }

  /// - Parameters:
  ///   - path: as for ``ClassifiedSet/read(at:classes:ids:)``, but for labelled boxes.
  ///   - other: Another set, such as the one to validate on, with which this one should have no image in common, and all of
  ///     whose classes it should have.
  ///   - progress: Called after each image, on the calling thread.
  /// - Throws: ``DatasetError`` where the set cannot be read at all.
  public func audit(
    at path: String, against other: String? = nil, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ClassifiedSetAuditReport {
    let path = FilePath.absolute(path)
    var audit = DatasetAudit.thorough(treatment: .repaired)
    let set = try ClassifiedSet.reading(at: path, audit: &audit)
    audit.addSimilar(classNames: set.classNames)
    let others = try other.map { other in
      var ignored = DatasetAudit.thorough(treatment: .repaired)
      return try ClassifiedSet.reading(at: FilePath.absolute(other), audit: &ignored)
    }
    var entries = audit.entries ?? []
    entries += Self.entries(forClassesOf: set)
    if let others { entries += Self.entries(forClassesOf: others, missingIn: set) }
    let (own, failures) = inspected(set, of: set.images.count + (others?.images.count ?? 0), done: 0, progress)
    entries += failures
    let foreign = others.map {
      inspected($0, of: set.images.count + $0.images.count, done: set.images.count, progress).images
    }
    entries += own.filter { $0.inspection.size == ImageSize(width: 1, height: 1) }.map {
      AuditEntry(finding: .onePixelImage, place: DatasetPlace(file: $0.image.name, image: $0.image.name))
    }
    entries += Self.repeats(own, in: set)
    if let foreign {
      entries += ImageComparison.common(own.map(\.inspection), with: foreign.map(\.inspection)).map { pair in
        AuditEntry(
          finding: pair.likeness == .similar ? .similarImageInBothSets : .imageInBothSets,
          place: DatasetPlace(file: pair.image.path, image: pair.image.path, detail: "like \(pair.earlier.path)"))
      }
    }
    return ClassifiedSetAuditReport(path: path, set: set, entries: entries, sizes: own.map(\.inspection.size))
  }

  /// An image, and what decoding it told.
  private struct Inspected {
    var image: ClassifiedImage
    var inspection: ImageInspection
  }

  private func inspected(
    _ set: ClassifiedSet, of total: Int, done: Int, _ progress: (Int, Int) -> Void
  ) -> (images: [Inspected], failures: [AuditEntry]) {
    let results = ImageInspection.inspect(set.images, threads: threads) { progress(done + $0, total) }
    var images: [Inspected] = []
    var failures: [AuditEntry] = []
    for (image, result) in zip(set.images, results) {
      switch result {
      case .success(let inspection): images.append(Inspected(image: image, inspection: inspection))
      case .failure(let error): failures.append(DatasetAuditor.entry(for: error, path: image.name))
      }
    }
    return (images, failures)
  }

  /// Images that are there twice: in two classes, which contradict each other, or in one.
  private static func repeats(_ images: [Inspected], in set: ClassifiedSet) -> [AuditEntry] {
    let classes = Dictionary(images.map { ($0.inspection.path, $0.image.classIndex) }) { first, _ in first }
    return ImageComparison.repeats(in: images.map(\.inspection)).map { pair in
      let (own, earlier) = (classes[pair.image.path], classes[pair.earlier.path])
      let finding: DatasetFinding =
        switch pair.likeness {
        case .similar: .nearDuplicateImage
        case .sameFile where own == earlier: .identicalFile
        case .samePixels where own == earlier: .identicalPixels
        default: .imageInTwoClasses
        }
      var detail = "like \(pair.earlier.path)"
      if finding == .imageInTwoClasses, let own, let earlier {
        detail = "of '\(set.classNames[own])', like \(pair.earlier.path) of '\(set.classNames[earlier])'"
      }
      return AuditEntry(
        finding: finding, place: DatasetPlace(file: pair.image.path, image: pair.image.path, detail: detail))
    }
  }

  private static func entries(forClassesOf set: ClassifiedSet) -> [AuditEntry] {
    let (counts, largest) = (set.classCounts, set.classCounts.max() ?? 0)
    var entries: [AuditEntry] = []
    for (index, count) in counts.enumerated() where count < largest {
      let share = Double(count) / Double(largest)
      let name = set.classNames[index]
      if count == 0, set.format != .classFolders {
        entries.append(AuditEntry(finding: .classWithoutImages, place: DatasetPlace(detail: "'\(name)'")))
      } else if count > 0, count < fewestImages || share < smallestShare {
        entries.append(
          AuditEntry(
            finding: .classOfFewImages,
            place: DatasetPlace(
              detail: "'\(name)': \(count) \(count == 1 ? "image" : "images"), "
                + "\(String(format: "%.1f", 100 * share)) % of the largest class's \(largest)")))
      }
    }
    return entries
  }

  private static func entries(
    forClassesOf other: ClassifiedSet, missingIn set: ClassifiedSet
  ) -> [AuditEntry] {
    let known = Set(zip(set.classNames, set.classCounts).filter { $0.1 > 0 }.map(\.0))
    return zip(other.classNames, other.classCounts).filter { $0.1 > 0 && !known.contains($0.0) }.map { name, count in
      AuditEntry(
        finding: .classOfOtherSetOnly,
        place: DatasetPlace(detail: "'\(name)', of which the other set has \(count)"))
    }
  }
}
