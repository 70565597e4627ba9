import ImageCodecs
import Models
import ParallelWork

/// Classification of many images, several at a time: reports in the images' order, failures in their places.
public final class ClassificationRun {
  public typealias Outcome = ImageOutcome<ClassificationReport>

  private let outcomes: OrderedParallelMap<Outcome>

  /// Starts the work; ``next()`` hands out what is done.
  ///
  /// - Parameters:
  ///   - count: most classes in a report.
  ///   - withLogits: whether reports keep the raw outputs.
  public init(
    pool: ClassifierPool, inputs: ImageInputs, count: Int, withLogits: Bool = false
  ) {
    let (names, ids) = (pool.classNames, pool.classIDs)
    outcomes = pool.map(inputs.next) { classifier, input in
      do {
        let image = try input.source(for: classifier)
        return .report(
          ClassificationReport(
            image: input.name, size: image.originalSize, scores: try classifier.predict(image).value, count: count,
            withLogits: withLogits, classNames: names, classIDs: ids))
      } catch let error as any ImageFailure {
        return .failure(image: input.name, reason: "\(error)")
      }
    }
  }

  /// What became of the next image, nil behind the last one. Waits until it is done.
  ///
  /// Throws what means that nothing more will work: a network that cannot be compiled. After that, nil.
  public func next() throws -> Outcome? { try outcomes.next() }

  /// Begins no more images, and waits for those under way.
  public func cancel() { outcomes.cancel() }
}
