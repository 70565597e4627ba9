import CPUKernels
import DetectionUtilities
import Models
import NetworkPlans
import ParallelWork
import Synchronization

/// Detectors, opened side by side.
public typealias DetectorPool = ModelPool<any Detector>
/// Classifiers, opened side by side.
public typealias ClassifierPool = ModelPool<any Classifier>
/// Segmenters, opened side by side.
public typealias SegmenterPool = ModelPool<any Segmenter>

/// Detectors, classifiers or segmenters of one model that work beside each other on different images, each on processors of its own, all with the same
/// packed weights.
///
/// Whole images side by side keep the processors busier than one image on all of them: decoding and boxes run beside
/// another image's network, and the layers of a network on one thread wait for nobody.
public struct ModelPool<Model>: Sendable {
  /// Name of every class, by its index.
  public let classNames: [String]
  /// Id of every class in files, by its index.
  public let classIDs: [Int]
  /// How many models there are at most.
  public private(set) var count: Int
  /// Threads that the models share.
  private let threadCount: Int
  private let first: First
  private let weights = SharedWeights()
  private let make: @Sendable (SharedWeights) throws -> Model

  /// The model made first; the first thread that asks gets it.
  private final class First: Sendable {
    let model: Mutex<Model?>

    init(_ model: sending Model) { self.model = Mutex(model) }
  }

  init(
    imageCount: Int?, maximumCount: Int, make: @escaping @Sendable (SharedWeights) throws -> Model,
    classes: (Model) -> (names: [String], ids: [Int])
  ) throws {
    let model = try make(weights)
    (classNames, classIDs) = classes(model)
    threadCount = KernelThreads.count
    count = Self.count(atMost: min(threadCount, maximumCount), images: imageCount)
    first = First(model)
    self.make = make
  }

  /// The same for a number of images: for few a second model is not worth making.
  public func limited(toImages imageCount: Int) -> ModelPool {
    var limited = self
    limited.count = Self.count(atMost: count, images: imageCount)
    return limited
  }

  private static func count(atMost limit: Int, images: Int?) -> Int {
    max(1, min(limit, images.map { $0 / imagesThatPayForAModel } ?? limit))
  }

  /// Making a model takes about as long as running it on a few images.
  private static var imagesThatPayForAModel: Int { 4 }

  /// Work on inputs in their order, a model on each of several threads; never more than a few inputs at a time.
  ///
  /// - Parameter inputs: the next input, nil behind the last one. Called on these threads, never by two at once.
  package func map<Input: Sendable, Output: Sendable>(
    _ inputs: @escaping @Sendable () throws -> Input?,
    _ work: @escaping @Sendable (Model, Input) throws -> Output
  ) -> OrderedParallelMap<Output> {
    OrderedParallelMap(workers: count, window: 4 * count, inputs: inputs) { worker in
      if count > 1 {
        KernelThreads.useProcessors(worker * threadCount / count..<(worker + 1) * threadCount / count)
      }
      let model = try takeFirst() ?? make(weights)
      return { try work(model, $0) }
    }
  }

  private func takeFirst() -> Model? {
    first.model.withLock { model in
      let taken = model
      model = nil
      return taken
    }
  }
}

extension ModelPool where Model == any Detector {
  /// - Parameters:
  ///   - imageCount: how many images there are; nil for a stream. For few a second detector is not worth making.
  ///   - maximumCount: most detectors.
  ///   - make: a detector of the model, whose packed weights are kept where it is told; called here for the first one,
  ///     and for each of the others on the thread that uses it.
  public init(
    imageCount: Int? = nil, maximumCount: Int = 8, make: @escaping @Sendable (SharedWeights) throws -> any Detector
  ) throws {
    try self.init(imageCount: imageCount, maximumCount: maximumCount, make: make) { ($0.classNames, $0.classIDs) }
  }
}

extension ModelPool where Model == any Classifier {
  /// As for detectors.
  public init(
    imageCount: Int? = nil, maximumCount: Int = 8, make: @escaping @Sendable (SharedWeights) throws -> any Classifier
  ) throws {
    try self.init(imageCount: imageCount, maximumCount: maximumCount, make: make) { ($0.classNames, $0.classIDs) }
  }
}

extension ModelPool where Model == any Segmenter {
  /// As for detectors.
  public init(
    imageCount: Int? = nil, maximumCount: Int = 8, make: @escaping @Sendable (SharedWeights) throws -> any Segmenter
  ) throws {
    try self.init(imageCount: imageCount, maximumCount: maximumCount, make: make) { ($0.classNames, $0.classIDs) }
  }
}
