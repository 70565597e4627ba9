import CPUKernels
import Datasets
import DetectionUtilities
import Models

/// Runs the candidates of a comparison over a labelled set: the same images, one at a time, every detector in turn, so
/// that a machine that grows slower does so for all of them.
///
/// Detections and times come from the same runs. A candidate that fails leaves the others as they are.
public struct ComparisonMeasurement {
  /// What was found by a candidate that came to the end.
  package struct Finished {
    package var candidate: ComparisonCandidate
    /// Of the measured images, in the order of the set; class indices are places in its list.
    package var set: EvaluationSet
    package var timing: ComparedTiming?
  }

  /// In the order of the candidates.
  package private(set) var finished: [Finished] = []
  /// The images that could be read.
  public private(set) var dataset: LabelledDataset
  public private(set) var failures: [ComparisonReport.Failure] = []
  /// Images that could not be read, and why; no candidate is measured on them.
  public private(set) var unreadable: [(path: String, reason: String)] = []
  public let rounds: Int
  public let options: DetectionOptions
  /// What of objects and detections is laid over one another.
  public let iouType: IoUType
  /// How many candidates came to the end.
  public var finishedCount: Int { finished.count }

  /// The measurement was broken off.
  public struct Cancelled: Error {
    public var done: Int
    public var total: Int
  }

  /// How many images the progress counts.
  public static func imageCount(_ candidates: [ComparisonCandidate], images: Int, rounds: Int) -> Int {
    Set(candidates.compactMap { $0.detector == nil ? nil : $0.setting.threads ?? 0 }).count * images * rounds
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - dataset: with objects.
  ///   - rounds: how often every detector sees every image, at least once.
  ///   - iouType: where it needs masks, all objects, and detections of files, have them; a detection of a detector without one
  ///     finds nothing.
  ///   - isCancelled: asked between two images.
  ///   - progress: how many images are done; an image that is seen with several numbers of threads counts for each.
  ///
  /// Throws a ``ComparisonError`` where the classes of a detector are not the set's, or where no candidate came to an
  /// end; ``Cancelled`` where that was asked for.
  public init(
    of candidates: [ComparisonCandidate], on dataset: LabelledDataset, rounds: Int,
    options: DetectionOptions = .evaluation, iouType: IoUType = .bbox, isCancelled: () -> Bool = { false },
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    precondition(rounds >= 1, "\(rounds) rounds are none")
    self.dataset = dataset
    self.rounds = rounds
    self.options = options
    self.iouType = iouType
    let mappings = try candidates.map { candidate in
      try candidate.detector.map {
        try Self.classMapping(from: $0.classNames, to: dataset.classNames, path: candidate.path)
      } ?? []
    }
    let runners = candidates.map { candidate -> ComparisonRunner? in
      guard case .detector(let detector, _, let sizesVary) = candidate.source else { return nil }
      return ComparisonRunner(detector, threads: candidate.setting.threads, sizesVary: sizesVary)
    }
    let total = Self.imageCount(candidates, images: dataset.images.count, rounds: rounds)
    let broken = try Self.run(
      runners.compactMap(\.self), on: dataset.images, rounds: rounds, total: total,
      isCancelled: isCancelled, progress: progress)
    if !broken.isEmpty {
      unreadable = dataset.images.compactMap { image in broken[image.id].map { (path: image.path, reason: $0) } }
      self.dataset = dataset.subset(dataset.images.indices.filter { broken[dataset.images[$0].id] == nil })
    }
    for (index, candidate) in candidates.enumerated() {
      finish(candidate, runners[index], mapping: mappings[index], without: Set(broken.keys))
    }
    if finished.isEmpty {
      throw ComparisonError.nothingMeasured(reasons: failures.map { "\($0.name): \($0.reason)" })
    }
    if self.dataset.objectCount == 0 {
      throw ComparisonError.nothingMeasured(reasons: unreadable.map(\.reason))
    }
  }

  private mutating func finish(
    _ candidate: ComparisonCandidate, _ runner: ComparisonRunner?, mapping: [Int?], without broken: Set<Int>
  ) {
    switch candidate.source {
    case .detections(let detections, let segmentations):
      let ids = Set(dataset.images.map(\.id))
      let measured = detections.indices.filter { ids.contains(detections[$0].imageID) }
      let set = EvaluationSet(
        dataset: dataset, detections: measured.map { detections[$0] },
        segmentations: iouType.needsMasks ? segmentations.map { all in measured.map { all[$0] } } : nil)
      finished.append(Finished(candidate: candidate, set: set, timing: nil))
    case .detector:
      guard let runner else { return }
      if let reason = runner.failure {
        failures.append(
          ComparisonReport.Failure(
            name: candidate.name, path: candidate.path, reason: reason, finishedImages: runner.detections.count))
        return
      }
      let mapped = runner.detections.mapValues { found in
        found.compactMap { detection -> Detection? in
          guard let classIndex = mapping[detection.classIndex] else { return nil }
          var mapped = detection
          mapped.classIndex = classIndex
          return mapped
        }
      }
      finished.append(
        Finished(
          candidate: candidate,
          set: EvaluationSet(dataset: dataset, detections: mapped, comparesMasks: iouType.needsMasks),
          timing: runner.timing(rounds: rounds, without: broken)))
    }
  }

  /// For each class of a model, which came from `path`, the set's class of that name; nil where the set has none.
  ///
  /// Throws where the set has a class that the model lacks.
  public static func classMapping(
    from model: [String], to data: [String], path: String
  ) throws(ComparisonError) -> [Int?] {
    do throws(EvaluationError) {
      return try DetectorEvaluator.classMapping(from: model, to: data)
    } catch {
      switch error {
      case .classes(let missing, _, _): throw .classes(path: path, model: model, data: data, missing: missing)
      }
    }
  }

  /// Runs all detectors over all images; returns which images could not be read, and why.
  private static func run(
    _ runners: [ComparisonRunner], on images: [LabelledImage], rounds: Int, total: Int,
    isCancelled: () -> Bool, progress: (Int, Int) -> Void
  ) throws -> [Int: String] {
    var broken: [Int: String] = [:]
    var done = 0
    // Kernels are slow to change how many threads they use, so detectors with equally many go together.
    let groups = Dictionary(grouping: runners) { $0.threads ?? 0 }.sorted { $0.key < $1.key }
    // Images of one size follow on one another, so that a network is compiled for few of them.
    let ordered = images.enumerated().sorted {
      ($0.element.size.width, $0.element.size.height, $0.offset)
        < ($1.element.size.width, $1.element.size.height, $1.offset)
    }.map(\.element)
    for round in 0..<rounds {
      for (threads, group) in groups.rotated(by: round) {
        try KernelThreads.withCount(threads > 0 ? threads : KernelThreads.count) {
          for (place, image) in ordered.enumerated() {
            if isCancelled() { throw Cancelled(done: done, total: total) }
            for runner in group.rotated(by: round + place) where runner.failure == nil && broken[image.id] == nil {
              do {
                try runner.detect(image)
              } catch {
                broken[image.id] = "\(error)"
              }
            }
            done += 1
            progress(done, total)
          }
        }
      }
    }
    return broken
  }
}

extension ComparisonCandidate {
  /// nil for detections of a file.
  var detector: (any Detector)? {
    if case .detector(let detector, _, _) = source { detector } else { nil }
  }
}

extension Array {
  fileprivate func rotated(by count: Int) -> [Element] {
    if isEmpty { return self }
    let start = count % self.count
    return Array(self[start...] + self[..<start])
  }
}
