import Datasets
import ImageCodecs
import Inference
import Models
import Synchronization

/// Runs a segmenter over a labelled set.
public struct SegmenterEvaluator: Sendable {
  /// What came of it.
  public struct Evaluation: Sendable {
    public var result: SegmentationResult
    /// Image by image, in the set's order.
    public var images: [SegmentedImageFigures]
    /// Images that could not be read, in sentences that name them.
    public var failures: [String]
  }

  public let measures: SegmentationMeasures
  /// Of the bootstrap, for intervals; 0 for none.
  public let resamples: Int

  public init(measures: SegmentationMeasures = .pixels, resamples: Int = 0) {
    self.measures = measures
    self.resamples = resamples
  }

  /// One segmenter, on this thread.
  ///
  /// - Parameter progress: called with the number of images that are done.
  /// - Throws: what means that nothing more will work: a network that cannot be compiled.
  /// - Precondition: the set's classes are those of the segmenter, in its order.
  public func evaluate(
    _ segmenter: any Segmenter, on set: SegmentedSet, progress: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    precondition(set.classNames == segmenter.classNames, "a set of other classes than the segmenter's")
    var sum = Sum(set, measures)
    for image in set.images {
      do {
        sum.add(.success(try Self.measurement(of: image, by: segmenter, measures)))
      } catch let error as DatasetError {
        sum.add(.failure(error))
      }
      progress(sum.count)
    }
    return sum.evaluation(resamples: resamples)
  }

  /// Several segmenters of one model, side by side.
  ///
  /// - Parameter progress: called with the number of images that are done.
  public func evaluate(
    _ pool: SegmenterPool, on set: SegmentedSet, progress: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    precondition(set.classNames == pool.classNames, "a set of other classes than the segmenter's")
    let waiting = Mutex(set.images[...])
    let next: @Sendable () -> SegmentedImage? = { waiting.withLock { $0.popFirst() } }
    let measures = measures
    let outcomes = pool.map(next) { segmenter, image -> Result<SegmentationMeasurement, DatasetError> in
      do {
        return .success(try Self.measurement(of: image, by: segmenter, measures))
      } catch let error as DatasetError {
        return .failure(error)
      }
    }
    defer { outcomes.cancel() }
    var sum = Sum(set, measures)
    while let outcome = try outcomes.next() {
      sum.add(outcome)
      progress(sum.count)
    }
    return sum.evaluation(resamples: resamples)
  }

  private static func measurement(
    of image: SegmentedImage, by segmenter: any Segmenter, _ measures: SegmentationMeasures
  ) throws -> SegmentationMeasurement {
    let decoded = try image.decoded(segmenter.decodingOptions)
    let labels = try image.labels()
    guard decoded.originalSize == labels.size else {
      throw DatasetError(path: image.path, problem: "is \(decoded.originalSize), its labels are \(labels.size)")
    }
    var measurement = SegmentationMeasurement(classNames: segmenter.classNames, measures: measures)
    let prediction = try segmenter.predict(SourceImage(decoded, name: image.path)).value
    measurement.add(truth: labels, prediction: prediction, image: image.path)
    return measurement
  }

  private struct Sum {
    private var measurement: SegmentationMeasurement
    private var failures: [String] = []
    private(set) var count = 0

    init(_ set: SegmentedSet, _ measures: SegmentationMeasures) {
      measurement = SegmentationMeasurement(classNames: set.classNames, measures: measures)
    }

    mutating func add(_ outcome: Result<SegmentationMeasurement, DatasetError>) {
      count += 1
      switch outcome {
      case .success(let part): measurement += part
      case .failure(let error): failures.append("\(error)")
      }
    }

    func evaluation(resamples: Int) -> Evaluation {
      Evaluation(result: measurement.result(resamples: resamples), images: measurement.images, failures: failures)
    }
  }
}
