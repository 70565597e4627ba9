import CPUKernels
import DetectionUtilities
import Models
import NetworkPlans
import ParallelWork
import Synchronization

/// Detectors of one model that work beside each other on different images, each on processors of its own, all with the same
/// packed weights.
///
/// Whole images side by side keep the processors busier than one image on all of them: decoding and boxes run beside
/// another image's network, and the layers of a network on one thread wait for nobody.
public struct DetectorPool: Sendable {
  /// Name of every class, by `Detection.classIndex`.
  public let classNames: [String]
  /// Id of every class in files, by `Detection.classIndex`.
  public let classIDs: [Int]
  /// How many detectors there are at most.
  public private(set) var count: Int
  private let first: First
  private let weights = SharedWeights()
  private let make: @Sendable (SharedWeights) throws -> any Detector

  /// The detector made first; the first thread that asks gets it.
  private final class First: Sendable {
    let detector: Mutex<(any Detector)?>

    init(_ detector: sending any Detector) { self.detector = Mutex(detector) }
  }

  /// - Parameters:
  ///   - imageCount: how many images there are; nil for a stream. For few a second detector is not worth making.
  ///   - maximumCount: most detectors.
  ///   - make: a detector of the model, whose packed weights are kept where it is told; called here for the first one,
  ///     and for each of the others on the thread that uses it.
  public init(
    imageCount: Int? = nil, maximumCount: Int = 8, make: @escaping @Sendable (SharedWeights) throws -> any Detector
  ) throws {
    let detector = try make(weights)
    (classNames, classIDs) = (detector.classNames, detector.classIDs)
    count = Self.count(atMost: min(KernelThreads.count, maximumCount), images: imageCount)
    first = First(detector)
    self.make = make
  }

  /// The same for a number of images: for few a second detector is not worth making.
  public func limited(toImages imageCount: Int) -> DetectorPool {
    var limited = self
    limited.count = Self.count(atMost: count, images: imageCount)
    return limited
  }

  private static func count(atMost limit: Int, images: Int?) -> Int {
    max(1, min(limit, images.map { $0 / imagesThatPayForADetector } ?? limit))
  }

  /// Making a detector takes about as long as detecting on a few images.
  private static let imagesThatPayForADetector = 4

  /// Work on inputs in their order, a detector on each of several threads; never more than a few inputs at a time.
  ///
  /// - Parameter inputs: the next input, nil behind the last one. Called on these threads, never by two at once.
  package func map<Input: Sendable, Output: Sendable>(
    _ inputs: @escaping @Sendable () throws -> Input?,
    _ work: @escaping @Sendable (any Detector, Input) throws -> Output
  ) -> OrderedParallelMap<Output> {
    let threadCount = KernelThreads.count
    return OrderedParallelMap(workers: count, window: 4 * count, inputs: inputs) { worker in
      if count > 1 {
        KernelThreads.useProcessors(worker * threadCount / count..<(worker + 1) * threadCount / count)
      }
      let detector = try takeFirst() ?? make(weights)
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
