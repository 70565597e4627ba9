public import Augmentation
import CPUKernels

/// Where a trainer's batches come from.
///
/// A batch depends on its request and the source's seed alone, never on what was asked before: that is what lets a
/// resumed run continue exactly.
public protocol TrainingBatchSource {
  /// Batches in an epoch.
  var batchCount: Int { get }

  /// A function that returns the requested batches one after the other, and nil behind the last one.
  ///
  /// - Parameter request: the batch at a place from 0 on, nil behind the last one; may be called ahead of time, on
  ///   another thread.
  func batches(_ request: @escaping @Sendable (_ place: Int) -> BatchRequest?) -> () throws -> [TrainingSample]?
}

extension TrainingBatches: TrainingBatchSource {
  /// Prepares the next batches on another thread while the network is busy.
  public func batches(
    _ request: @escaping @Sendable (_ place: Int) -> BatchRequest?
  ) -> () throws -> [TrainingSample]? {
    let prefetching = PrefetchingBatches(self) { place in
      KernelThreads.unbindThisThread()
      return request(place)
    }
    return { try prefetching.next()?.samples }
  }
}
