import Datasets
import ImageCodecs
import Inference
import Models
import Synchronization

/// Runs a classifier over a labelled set.
public struct ClassifierEvaluator: Sendable {
  /// What came of it.
  public struct Evaluation: Sendable {
    public var result: ClassificationResult
    public var predictions: [ClassifiedPrediction]
    /// Images that could not be read, in sentences that name them.
    public var failures: [String]
  }

  public init() {}

  /// One classifier, on this thread.
  ///
  /// - Throws: what means that nothing more will work: a network that cannot be compiled.
  /// - Precondition: the set's classes are those of the classifier, in its order.
  public func evaluate(_ classifier: any Classifier, on set: ClassifiedSet) throws -> Evaluation {
    precondition(set.classNames == classifier.classNames, "a set of other classes than the classifier's")
    var (predictions, failures): ([ClassifiedPrediction], [String]) = ([], [])
    for image in set.images {
      do {
        predictions.append(try Self.prediction(of: image, by: classifier))
      } catch let error as DatasetError {
        failures.append("\(error)")
      }
    }
    return Evaluation(
      result: ClassificationResult(predictions, classNames: set.classNames), predictions: predictions,
      failures: failures)
  }

  /// Several classifiers of one model, side by side.
  ///
  /// - Parameter progress: called with the number of images that are done.
  public func evaluate(
    _ pool: ClassifierPool, on set: ClassifiedSet, progress: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    precondition(set.classNames == pool.classNames, "a set of other classes than the classifier's")
    let waiting = Mutex(set.images[...])
    let next: @Sendable () -> ClassifiedImage? = { waiting.withLock { $0.popFirst() } }
    let outcomes = pool.map(next) { classifier, image -> Result<ClassifiedPrediction, DatasetError> in
      do {
        return .success(try Self.prediction(of: image, by: classifier))
      } catch let error as DatasetError {
        return .failure(error)
      }
    }
    defer { outcomes.cancel() }
    var (predictions, failures): ([ClassifiedPrediction], [String]) = ([], [])
    while let outcome = try outcomes.next() {
      switch outcome {
      case .success(let prediction): predictions.append(prediction)
      case .failure(let error): failures.append("\(error)")
      }
      progress(predictions.count + failures.count)
    }
    return Evaluation(
      result: ClassificationResult(predictions, classNames: set.classNames), predictions: predictions,
      failures: failures)
  }

  private static func prediction(
    of image: ClassifiedImage, by classifier: any Classifier
  ) throws -> ClassifiedPrediction {
    let pixels = try image.decoded(atLeast: classifier.decodingSize)
    let scores = try classifier.predict(SourceImage(pixels, name: image.name)).value
    return ClassifiedPrediction(image: image.name, truth: image.classIndex, scores: scores)
  }
}
