import Foundation
import ImageCodecs

/// Examines a dataset: opens every label and decodes every image, and lists all that is wrong with them.
///
/// It changes nothing. Where reading a dataset stops at the first label that it cannot understand, an audit reports it
/// and goes on.
public struct DatasetAuditor: Sendable {
  /// Threads that decode images.
  public var threads: Int
  /// Of the network for which box sizes are told; images are scaled to fit into it.
  public var inputSize: ImageSize
  /// How many anchors are fitted to the boxes.
  public var anchorCount: Int

  /// - Precondition: all are at least 1.
  public init(
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    inputSize: ImageSize = ImageSize(width: 416, height: 416), anchorCount: Int = 9
  ) {
    precondition(threads > 0 && anchorCount > 0 && inputSize.width > 0 && inputSize.height > 0, "at least 1 of each")
    self.threads = threads
    self.inputSize = inputSize
    self.anchorCount = anchorCount
  }

  /// - Parameters:
  ///   - path: A folder, a COCO JSON file, or a YOLO `data.yaml`.
  ///   - format: Guessed where nil.
  ///   - boxes: How text labels mean their boxes; where nil, the whole set has to tell.
  ///   - other: Another set, such as the one to test on, with which this one should have no image in common.
  ///   - progress: Called after each image, on the calling thread.
  /// - Throws: ``DatasetError`` where the set cannot be read at all: nothing there, no known format, a COCO file that is
  ///   not JSON.
  public func audit(
    at path: String, format: DatasetFormat? = nil, imagesFolder: String? = nil, boxes: TextBoxForm? = nil,
    against other: String? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> DatasetAuditReport {
    let path = FilePath.absolute(path)
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    let format = try format ?? .guess(at: path)
    let others = try other.map { try LabelledDataset.read(at: $0).images.map(\.path) } ?? []
    var options = DatasetReadingOptions(
      imagesFolder: imagesFolder, requiresImages: format != .coco, boxes: boxes, readsMasks: true)
    var (dataset, places) = try DatasetAuditor.read(at: path, format: format, options: options)
    if dataset.images.isEmpty, options.requiresImages {
      // Labels can be looked at where their images are elsewhere.
      options.requiresImages = false
      (dataset, places) = try DatasetAuditor.read(at: path, format: format, options: options)
    }
    var entries = dataset.audit.entries ?? []
    for (image, places) in zip(dataset.images, places) {
      entries += ObjectInspection.entries(for: image, places: places)
      entries += MaskInspection.entries(for: image, places: places)
    }
    entries += ObjectInspection.entries(for: dataset.audit.boxesPerClass)

    let paths = dataset.images.map(\.path).filter(FilePath.exists)
    let results = ImageInspection.inspect(paths + others, threads: threads, progress: progress)
    var inspected: [ImageInspection] = []
    for (path, result) in zip(paths, results) {
      switch result {
      case .success(let image): inspected.append(image)
      case .failure(let error): entries.append(DatasetAuditor.entry(for: error, path: path))
      }
    }
    let splits = Dictionary(dataset.images.map { ($0.path, $0.split) }) { first, _ in first }
    entries += ImageComparison.repeats(in: inspected).map { pair in
      let (split, earlier) = (splits[pair.image.path] ?? nil, splits[pair.earlier.path] ?? nil)
      guard let split, let earlier, split != earlier, pair.likeness != .similar else {
        return DatasetAuditor.entry(
          pair, [.sameFile: .identicalFile, .samePixels: .identicalPixels, .similar: .nearDuplicateImage])
      }
      let detail = "in \(split.rawValue), like \(pair.earlier.path) in \(earlier.rawValue)"
      return AuditEntry(
        finding: .imageInTwoSplits,
        place: DatasetPlace(file: pair.image.path, image: pair.image.path, detail: detail))
    }
    let otherImages = results[paths.count...].compactMap { try? $0.get() }
    entries += ImageComparison.common(inspected, with: otherImages).map { pair in
      DatasetAuditor.entry(
        pair, [.sameFile: .imageInBothSets, .samePixels: .imageInBothSets, .similar: .similarImageInBothSets])
    }
    return DatasetAuditReport(
      path: path, format: format, dataset: dataset, entries: entries,
      sizes: BoxSizeStatistics(of: dataset, inputSize: inputSize, anchorCount: anchorCount))
  }

  /// The dataset with every finding, and per image the places of its objects.
  private static func read(
    at path: String, format: DatasetFormat, options: DatasetReadingOptions
  ) throws -> (dataset: LabelledDataset, places: [[DatasetPlace]]) {
    var audit = DatasetAudit.thorough(treatment: options.treatment)
    let source = try LabelledDataset.source(at: path, format: format, classes: nil, options: options, audit: &audit)
    var places: [[DatasetPlace]] = []
    let dataset = try source.assembled(path: path, classes: nil, options: options, audit: audit) { image, place in
      while places.count <= image { places.append([]) }
      places[image].append(place)
    }
    return (dataset, places)
  }

  static func entry(for error: any Error, path: String) -> AuditEntry {
    let reason = (error as? ImageError)?.reason
    return AuditEntry(
      finding: reason == .truncated ? .truncatedImage : .unreadableImage,
      place: DatasetPlace(file: path, image: path, detail: reason.map { "\($0)" } ?? "\(error)"))
  }

  private static func entry(
    _ pair: ImageComparison.Pair, _ findings: [ImageComparison.Likeness: DatasetFinding]
  ) -> AuditEntry {
    AuditEntry(
      finding: findings[pair.likeness] ?? .nearDuplicateImage,
      place: DatasetPlace(file: pair.image.path, image: pair.image.path, detail: "like \(pair.earlier.path)"))
  }
}
