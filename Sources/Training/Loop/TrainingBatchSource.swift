public import Augmentation
import CPUKernels

/// Where a trainer's batches come from.
///
/// A batch depends on its request and the source's seed alone, never on what was asked before: that is what lets a
/// resumed run continue exactly.
public protocol TrainingBatchSource<Example> {
  /// One image of a batch.
  associatedtype Example: TrainingExample

  /// Batches in an epoch.
  var batchCount: Int { get }

  /// A function that returns the requested batches one after the other, and nil behind the last one.
  ///
  /// - Parameter request: the batch at a place from 0 on, nil behind the last one; may be called ahead of time, on
  ///   another thread.
  func batches(_ request: @escaping @Sendable (_ place: Int) -> BatchRequest?) -> () throws -> [Example]?
}

extension TrainingBatches: TrainingBatchSource {
  /// Prepares the next batches on another thread while the network is busy.
  public func batches(
    _ request: @escaping @Sendable (_ place: Int) -> BatchRequest?
  ) -> () throws -> [TrainingSample]? {
    let prefetching = PrefetchingBatches(request: unbound(request)) { try self.batch($0) }
    return { try prefetching.next()?.samples }
  }
}

extension ShuffledBatches: TrainingBatchSource {
  /// Prepares the next batches on another thread while the network is busy.
  public func batches(
    _ request: @escaping @Sendable (_ place: Int) -> BatchRequest?
  ) -> () throws -> [Example]? {
    let prefetching = PrefetchingBatches(request: unbound(request)) { try self.batch($0) }
    return { try prefetching.next()?.samples }
  }
}

/// The thread that prepares batches is not bound to the processors of the network's.
private func unbound(
  _ request: @escaping @Sendable (_ place: Int) -> BatchRequest?
) -> @Sendable (_ place: Int) -> BatchRequest? {
  { place in
    KernelThreads.unbindThisThread()
    return request(place)
  }
}
