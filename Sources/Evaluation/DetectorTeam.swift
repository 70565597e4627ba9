import DetectionUtilities
import Detectors
import NeuralNetwork
import OneDNNKernels
import Synchronization

/// Detectors of one model that work beside each other on different images, each on processors of its own, all with the same
/// packed weights.
///
/// Whole images side by side keep the processors busier than one image on all of them: decoding and boxes run beside
/// another image's network, and the layers of a network on one thread wait for nobody.
public struct DetectorTeam: Sendable {
  /// Name of every class, by `Detection.classIndex`.
  public let classNames: [String]
  /// Id of every class in files, by `Detection.classIndex`.
  public let classIDs: [Int]
  /// How many detectors there are at most.
  public let count: Int
  private let first: First
  private let another: @Sendable () throws -> any Detector

  /// Whoever asks first gets it.
  private final class First: Sendable {
    let detector: Mutex<(any Detector)?>

    init(_ detector: sending any Detector) { self.detector = Mutex(detector) }
  }

  /// - Parameters:
  ///   - detector: the first one, not used before.
  ///   - imageCount: how many images there are; nil for a stream. For few the others are not worth making.
  ///   - maximumCount: most detectors.
  ///   - another: another detector of the same model; called on the thread that uses it.
  public init(
    _ detector: sending any Detector, imageCount: Int?, maximumCount: Int = 8,
    another: @escaping @Sendable () throws -> any Detector
  ) {
    (classNames, classIDs) = (detector.classNames, detector.classIDs)
    let worthwhile = imageCount.map { $0 / Self.imagesThatPayForADetector } ?? maximumCount
    count = max(1, min(OneDNN.threadCount, maximumCount, worthwhile))
    let weights = SharedWeights()
    detector.effort.sharedWeights = weights
    first = First(detector)
    self.another = {
      let detector = try another()
      detector.effort.sharedWeights = weights
      return detector
    }
  }

  /// Making a detector takes about as long as detecting on a few images.
  private static let imagesThatPayForADetector = 4

  /// Work on inputs in their order, a detector on each of several threads; never more than a few inputs at a time.
  ///
  /// - Parameter inputs: the next input, nil behind the last one. Called on these threads, never by two at once.
  func map<Input: Sendable, Output: Sendable>(
    _ inputs: @escaping @Sendable () throws -> Input?,
    _ work: @escaping @Sendable (any Detector, Input) throws -> Output
  ) -> OrderedParallelMap<Output> {
    let threadCount = OneDNN.threadCount
    return OrderedParallelMap(workers: count, window: 4 * count, inputs: inputs) { worker in
      if count > 1 {
        OneDNN.useProcessors(worker * threadCount / count..<(worker + 1) * threadCount / count)
      }
      let detector = try takeFirst() ?? another()
      return { try work(detector, $0) }
    }
  }

  private func takeFirst() -> (any Detector)? {
    first.detector.withLock { detector in
      let taken = detector
      detector = nil
      return taken
    }
  }
}
