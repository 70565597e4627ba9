import Foundation
import ImageCodecs
import ParallelWork

/// Examines images with a class for every pixel: opens every image and label file, and lists all that is wrong.
///
/// It changes nothing, and goes on where reading the set for training would stop: after a label file of another size than its
/// image, a value that the list of classes lacks, labels without an image.
public struct SegmentedSetAuditor: Sendable {
  /// Threads that decode files.
  public var threads: Int

  /// A class with a smaller share of the pixels is too rare to learn or to measure.
  static let smallestShare = 0.001
  /// Values of one file that a finding names.
  private static let namedValues = 5

  public init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    precondition(threads > 0, "at least one thread")
    self.threads = threads
  }

  /// - Parameters:
  ///   - path: a folder, as for ``SegmentedSet/read(at:classes:ids:imagesFolder:)``.
  ///   - other: Another set, such as the one to validate on, with which this one should have no image in common.
  ///   - progress: Called after each image, on the calling thread.
  /// - Throws: ``DatasetError`` where the set cannot be read at all.
  public func audit(
    at path: String, against other: String? = nil, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> SegmentedSetAuditReport {
    let path = FilePath.absolute(path)
    let place = try SegmentedSetPlace(path)
    let pairs = try place.pairs()
    let foreign = try other.map { try SegmentedSetPlace(FilePath.absolute($0)).pairs().found.map(\.image) } ?? []
    guard !pairs.found.isEmpty else {
      throw DatasetError(path: place.labels, problem: "has no label file with the name of an image in \(place.images)")
    }
    let total = pairs.found.count + foreign.count
    let inspected = inspect(pairs.found) { progress($0, total) }
    let classes = try place.knownClasses() ?? Self.numberedClasses(inspected, place)
    var summary = Summary(classes: classes)
    for (pair, result) in zip(pairs.found, inspected) { summary.add(pair, result) }
    summary.addMissing(pairs, in: place)
    summary.addClasses(isListed: try place.knownClasses() != nil)
    let images = inspected.compactMap(\.image)
    summary.entries += Self.repeats(images)
    if !foreign.isEmpty {
      let others = ImageInspection.inspect(foreign, threads: threads) { done, _ in
        progress(pairs.found.count + done, total)
      }
      summary.entries += Self.common(images, with: others.compactMap { try? $0.get() })
    }
    return SegmentedSetAuditReport(
      path: path, format: place.format, files: pairs.found.flatMap { [$0.image, $0.labels] }, summary: summary,
      sizes: images.map(\.size))
  }

  // MARK: One image

  /// What opening an image and its labels told.
  struct Inspected: Sendable {
    var image: ImageInspection?
    var imageFailure: AuditEntry?
    var labels: LabelInspection?
    var labelFailure: AuditEntry?
  }

  private func inspect(_ pairs: [SegmentedSetPlace.Pair], progress: (Int) -> Void) -> [Inspected] {
    let workers = max(1, min(threads, pairs.count))
    let inspections = OrderedParallelMap(
      workers: workers, window: 4 * workers, input: { place in place < pairs.count ? pairs[place] : nil },
      work: { pair in Self.inspected(pair) })
    var results: [Inspected] = []
    // What a file fails with is a result like any other.
    while let result = try? inspections.next() {
      results.append(result)
      progress(results.count)
    }
    return results
  }

  private static func inspected(_ pair: SegmentedSetPlace.Pair) -> Inspected {
    var inspected = Inspected()
    do {
      inspected.image = try ImageInspection(path: pair.image)
    } catch {
      inspected.imageFailure = DatasetAuditor.entry(for: error, path: pair.image)
    }
    func fail(_ finding: DatasetFinding, _ detail: String) {
      inspected.labelFailure = AuditEntry(
        finding: finding, place: DatasetPlace(file: pair.labels, image: pair.image, detail: detail))
    }
    do throws(ImageError) {
      let format = try ImageHeader.read(pair.labels).format
      guard format == .png else {
        let isLossy = format == .jpeg || format == .webp
        fail(isLossy ? .lossyLabels : .malformedLabel, "is \(format.rawValue); expected PNG, which changes no pixel")
        return inspected
      }
      inspected.labels = LabelInspection(try LabelImage(contentsOf: pair.labels))
    } catch {
      fail(.malformedLabel, "cannot be read as labels: \(error.reason)")
    }
    return inspected
  }

  /// One for every byte that the files have.
  private static func numberedClasses(_ inspected: [Inspected], _ place: SegmentedSetPlace) throws -> LabelClasses {
    let labels = inspected.compactMap(\.labels)
    guard !labels.contains(where: \.isColored) else {
      throw DatasetError(
        path: place.labels,
        problem:
          "has labels in colours; expected classes.csv with the columns name, r, g and b in \(place.folder) or above it"
      )
    }
    let values = Set(labels.flatMap(\.values.keys)).subtracting([Int(LabelMap.ignored)]).sorted()
    return try LabelClasses(numbered: values.map { UInt8($0) }, source: place.folder)
  }

  // MARK: Images that are there twice

  private static func repeats(_ images: [ImageInspection]) -> [AuditEntry] {
    ImageComparison.repeats(in: images).map { pair in
      entry(pair, [.sameFile: .identicalFile, .samePixels: .identicalPixels, .similar: .nearDuplicateImage])
    }
  }

  private static func common(_ images: [ImageInspection], with others: [ImageInspection]) -> [AuditEntry] {
    ImageComparison.common(images, with: others).map { pair in
      entry(pair, [.sameFile: .imageInBothSets, .samePixels: .imageInBothSets, .similar: .similarImageInBothSets])
    }
  }

  private static func entry(
    _ pair: ImageComparison.Pair, _ findings: [ImageComparison.Likeness: DatasetFinding]
  ) -> AuditEntry {
    AuditEntry(
      finding: findings[pair.likeness] ?? .nearDuplicateImage,
      place: DatasetPlace(file: pair.image.path, image: pair.image.path, detail: "like \(pair.earlier.path)"))
  }

  // MARK: All of them

  /// Findings and pixels, added up.
  struct Summary {
    let classes: LabelClasses
    var entries: [AuditEntry] = []
    /// By class.
    private(set) var pixels: [Int]
    private(set) var images: [Int]
    private(set) var ignoredPixels = 0
    private(set) var imageCount = 0

    init(classes: LabelClasses) {
      self.classes = classes
      pixels = [Int](repeating: 0, count: classes.classes.count)
      images = pixels
    }

    mutating func add(_ pair: SegmentedSetPlace.Pair, _ inspected: Inspected) {
      entries += [inspected.imageFailure, inspected.labelFailure].compactMap(\.self)
      imageCount += 1
      guard let labels = inspected.labels else { return }
      func add(_ finding: DatasetFinding, _ detail: String) {
        entries.append(
          AuditEntry(finding: finding, place: DatasetPlace(file: pair.labels, image: pair.image, detail: detail)))
      }
      if let size = inspected.image?.size, size != labels.size {
        add(.labelSizeMismatch, "is \(labels.size), its image is \(size)")
      }
      var unlisted: [(key: Int, occurrence: LabelInspection.Occurrence)] = []
      var blends: [(key: Int, occurrence: LabelInspection.Occurrence)] = []
      var labelled = 0
      for (key, occurrence) in labels.values.sorted(by: { $0.key < $1.key }) {
        if let index = classes.index(of: key, isColor: labels.isColored) {
          if index == LabelMap.ignored {
            ignoredPixels += occurrence.count
          } else {
            labelled += occurrence.count
            pixels[Int(index)] += occurrence.count
            images[Int(index)] += 1
            if LabelInspection.isBlend(occurrence) { blends.append((key, occurrence)) }
          }
        } else {
          unlisted.append((key, occurrence))
        }
      }
      if !unlisted.isEmpty {
        let between = unlisted.reduce(0) { $0 + $1.occurrence.betweenCount }
        let all = unlisted.reduce(0) { $0 + $1.occurrence.count }
        let isBlended = 4 * between >= 3 * all && between >= 8
        let more = labels.isCutShort ? ", and more colours than are counted" : ""
        add(
          isBlended ? .blendedLabels : .unlistedLabelValue,
          Self.text(unlisted, labels) + more
            + (isBlended ? "; \(between) of \(all) such pixels lie between two others" : ""))
      }
      if !blends.isEmpty { add(.suspectedBlend, Self.text(blends, labels, classes)) }
      if labelled == 0, unlisted.isEmpty { add(.ignoredLabels, "\(labels.size)") }
    }

    /// `values 7 (2 pixels, the first in column 1, row 1), 9 (…)`
    private static func text(
      _ values: [(key: Int, occurrence: LabelInspection.Occurrence)], _ labels: LabelInspection,
      _ classes: LabelClasses? = nil
    ) -> String {
      let listed = values.sorted { ($1.occurrence.count, $0.key) < ($0.occurrence.count, $1.key) }
        .prefix(SegmentedSetAuditor.namedValues)
        .map { key, occurrence in
          let name = classes?.name(of: key, isColor: labels.isColored).map { " '\($0)'" } ?? ""
          return
            "\(labels.text(key))\(name) (\(LabelMap.pixels(occurrence.count)), the first in "
            + "\(labels.placeText(occurrence.firstPlace)))"
        }
      let kind = labels.isColored ? (values.count == 1 ? "colour" : "colours") : values.count == 1 ? "value" : "values"
      let rest = values.count > listed.count ? ", and \(values.count - listed.count) more" : ""
      return "\(kind) " + listed.joined(separator: ", ") + rest
    }

    mutating func addMissing(_ pairs: SegmentedSetPlace.Pairs, in place: SegmentedSetPlace) {
      entries += pairs.labelsWithoutImage.map {
        AuditEntry(
          finding: .labelsWithoutImage, place: DatasetPlace(file: $0, detail: "no image of its name in \(place.images)")
        )
      }
      // Of VOC's images a seventh has labels of pixels.
      if place.format == .voc { return }
      entries += pairs.imagesWithoutLabels.map {
        let path = FilePath.joined(place.images, $0)
        return AuditEntry(finding: .imageWithoutLabels, place: DatasetPlace(file: path, image: path))
      }
    }

    /// - Parameter isListed: whether a list says which classes there are.
    mutating func addClasses(isListed: Bool) {
      let total = pixels.reduce(0, +)
      for (label, count) in zip(classes.classes, pixels) {
        let share = Double(count) / Double(max(1, total))
        if count == 0, isListed {
          entries.append(AuditEntry(finding: .classWithoutPixels, place: DatasetPlace(detail: "'\(label.name)'")))
        } else if count > 0, share < SegmentedSetAuditor.smallestShare {
          entries.append(
            AuditEntry(
              finding: .classOfFewPixels,
              place: DatasetPlace(
                detail: "'\(label.name)' (\(label.value)): \(LabelMap.pixels(count)), "
                  + "\(String(format: "%.3f", 100 * share)) %")))
        }
      }
    }
  }
}
