import Datasets
import DetectionUtilities
import Detectors
import ImageCodecs

/// Runs a detector over a labelled set and measures it.
public struct DetectorEvaluator: Sendable {
  public var options: DetectionOptions

  public init(options: DetectionOptions = .evaluation) {
    self.options = options
  }

  /// Detects on every image of the dataset, reports each as it is done, and compares.
  ///
  /// An image that cannot be read or judged (an `ImageFailure`) is left out and listed; everything else throws: an ``EvaluationError`` when the
  /// detector's classes are not the dataset's.
  public func evaluate(
    _ detector: any Detector, on dataset: LabelledDataset,
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> DetectorEvaluation {
    let mapping = try Self.classMapping(from: detector.classNames, to: dataset.classNames)
    var detections: [Int: [Detection]] = [:]
    var failures: [(path: String, reason: String)] = []
    var failed: Set<Int> = []
    for (index, image) in dataset.images.enumerated() {
      do {
        let found = try detector.detect(contentsOf: image.path, options: options).detections
        detections[image.id] = found.compactMap { detection in
          guard let classIndex = mapping[detection.classIndex] else { return nil }
          var mapped = detection
          mapped.classIndex = classIndex
          return mapped
        }
      } catch let error as any ImageFailure {
        failures.append((image.path, "\(error)"))
        failed.insert(index)
      }
      progress(index + 1, dataset.images.count)
    }
    let measured = failed.isEmpty ? dataset : dataset.subset(dataset.images.indices.filter { !failed.contains($0) })
    return DetectorEvaluation(
      dataset: measured, detections: detections, protocol: rules, failures: failures)
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
