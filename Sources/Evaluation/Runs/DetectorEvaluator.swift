import Datasets
import DetectionUtilities
import ImageCodecs
import Inference
import Models
import Synchronization

/// Runs a detector, which should have been made with `ModelOptions.evaluation` or something like it, over a labelled set
/// and measures it.
public struct DetectorEvaluator: Sendable {
  public init() {}

  /// Detects on every image of the dataset, reports each as it is done, and compares.
  ///
  /// An image that cannot be read or evaluated (an `ImageFailure`) is left out and listed; everything else throws: an ``EvaluationError`` when the
  /// detector's classes are not the dataset's.
  public func evaluate(
    _ detector: any Detector, on dataset: LabelledDataset,
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> DetectorEvaluation {
    var paths = dataset.images.map(\.path)[...]
    return try measure(detector.classNames, on: dataset, protocol: rules, progress: progress) {
      try paths.popFirst().map { try Self.answer(of: detector, on: $0) }
    }
  }

  /// The same on several images at a time; the numbers are those of one detector, whatever the pool's size.
  public func evaluate(
    _ pool: DetectorPool, on dataset: LabelledDataset,
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> DetectorEvaluation {
    let paths = Mutex(dataset.images.map(\.path)[...])
    let answers = pool.map(
      { paths.withLock { $0.popFirst() } },
      { detector, path in try Self.answer(of: detector, on: path) })
    defer { answers.cancel() }
    return try measure(pool.classNames, on: dataset, protocol: rules, progress: progress, answers.next)
  }

  /// What became of an image: detections, or the reason why there are none.
  private typealias Answer = Result<[Detection], Unreadable>

  private struct Unreadable: Error {
    var reason: String
  }

  private static func answer(of detector: any Detector, on path: String) throws -> Answer {
    do {
      return .success(try detector.detect(contentsOf: path).detections)
    } catch let error as any ImageFailure {
      return .failure(Unreadable(reason: "\(error)"))
    }
  }

  /// Measures the answers for the dataset's images, which `next` hands out in order.
  private func measure(
    _ classNames: [String], on dataset: LabelledDataset, protocol rules: EvaluationProtocol,
    progress: (_ done: Int, _ total: Int) -> Void, _ next: () throws -> Answer?
  ) throws -> DetectorEvaluation {
    let mapping = try Self.classMapping(from: classNames, to: dataset.classNames)
    var detections: [Int: [Detection]] = [:]
    var failures: [(path: String, reason: String)] = []
    var failed: Set<Int> = []
    var unknownClasses: [UnknownClassDetections] = []
    for (index, image) in dataset.images.enumerated() {
      switch try next() {
      case .success(let found):
        detections[image.id] = found.compactMap { detection in
          guard let classIndex = mapping[detection.classIndex] else { return nil }
          var mapped = detection
          mapped.classIndex = classIndex
          return mapped
        }
        let unknown = found.filter { mapping[$0.classIndex] == nil }
        unknownClasses += Dictionary(grouping: unknown, by: \.classIndex).map {
          UnknownClassDetections(imageID: image.id, className: classNames[$0], count: $1.count)
        }
      case .failure(let error):
        failures.append((image.path, error.reason))
        failed.insert(index)
      case nil: preconditionFailure("there is an answer for every image")
      }
      progress(index + 1, dataset.images.count)
    }
    let measured = failed.isEmpty ? dataset : dataset.subset(dataset.images.indices.filter { !failed.contains($0) })
    return DetectorEvaluation(
      dataset: measured, detections: detections, protocol: rules, failures: failures, unknownClasses: unknownClasses)
  }

  /// For each class of the detector the class of that name in the dataset. A class that the dataset lacks maps to
  /// nil; a class that the detector lacks is refused, since its AP would be zero for no fault of the boxes.
  static func classMapping(from detector: [String], to dataset: [String]) throws(EvaluationError) -> [Int?] {
    // COCO's classes have two spellings; each name counts as written unless the dataset has only the other.
    let named = detector.map { name in
      dataset.contains(name)
        ? name : dataset.first { COCOClasses.canonicalName($0) == COCOClasses.canonicalName(name) } ?? name
    }
    let missing = dataset.filter { !named.contains($0) }
    guard missing.isEmpty else {
      throw EvaluationError.classes(missing: missing, detector: detector, dataset: dataset)
    }
    return named.map { dataset.firstIndex(of: $0) }
  }
}

/// A comparison that would mean nothing.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// The dataset has classes that the detector does not know.
  case classes(missing: [String], detector: [String], dataset: [String])

  public var description: String {
    switch self {
    case .classes(let missing, let detector, let dataset):
      "the model does not know \(missing.map { "'\($0)'" }.joined(separator: ", ")); "
        + "the model's classes are \(detector.joined(separator: ", ")); the data's are \(dataset.joined(separator: ", "))"
    }
  }
}
