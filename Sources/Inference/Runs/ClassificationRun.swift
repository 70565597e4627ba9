import ImageCodecs
import Models
import ParallelWork
import Synchronization

/// Classification of many image files, several at a time: reports in the files' order, failures in their places.
public final class ClassificationRun {
  /// What became of an image.
  public enum Outcome: Sendable {
    case report(ClassificationReport)
    /// It could not be read: its name, and one sentence that names it too.
    case failure(image: String, reason: String)
  }

  private let outcomes: OrderedParallelMap<Outcome>

  /// Starts the work; ``next()`` hands out what is done.
  ///
  /// - Parameters:
  ///   - count: most classes in a report.
  ///   - withLogits: whether reports keep the raw outputs.
  ///   - isCancelled: asked for every image; true ends the run.
  public init(
    pool: ClassifierPool, files: [String], count: Int, withLogits: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    let paths = Mutex(files[...])
    let (names, ids) = (pool.classNames, pool.classIDs)
    let next: @Sendable () -> String? = { isCancelled() ? nil : paths.withLock { $0.popFirst() } }
    outcomes = pool.map(next) { classifier, path in
      do {
        let image = try SourceImage(contentsOf: path, for: classifier)
        return .report(
          ClassificationReport(
            image: path, size: image.originalSize, scores: try classifier.predict(image).value, count: count,
            withLogits: withLogits, classNames: names, classIDs: ids))
      } catch let error as any ImageFailure {
        return .failure(image: path, reason: "\(error)")
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
