import ParallelWork

/// Hands out a run's batches in order, preparing the next few on a thread of its own.
///
/// The thread ends when the requests do, after an error, on ``cancel()``, or when this object goes. For one consumer.
public final class PrefetchingBatches<Sample: Sendable>: Sendable {
  private let batches: OrderedParallelMap<Prepared>

  /// - Parameters:
  ///   - request: as for a detector's batches.
  ///   - prepare: makes a batch. Called on the other thread, as the requests are.
  public init(
    depth: Int = 2, request: @escaping @Sendable (_ place: Int) -> BatchRequest?,
    prepare: @escaping @Sendable (BatchRequest) throws -> [Sample]
  ) {
    precondition(depth > 0, "at least one batch is prepared ahead, not \(depth)")
    batches = OrderedParallelMap(workers: 1, window: depth, input: request) { request in
      Prepared(request: request, samples: try prepare(request))
    }
  }

  /// - Parameters:
  ///   - request: The batch at a place in the run, counted from 0; nil behind the last one. Called on the other thread.
  ///   - depth: Batches prepared ahead at most.
  public convenience init(
    _ batches: TrainingBatches, depth: Int = 2, request: @escaping @Sendable (_ place: Int) -> BatchRequest?
  ) where Sample == TrainingSample {
    self.init(depth: depth, request: request) { try batches.batch($0) }
  }

  /// All batches from one place of a run up to the end of its last epoch.
  public convenience init(
    _ batches: TrainingBatches, fromEpoch epoch: Int, batch: Int = 0, epochCount: Int, depth: Int = 2
  ) where Sample == TrainingSample {
    let perEpoch = batches.batchCount
    let first = epoch * perEpoch + batch
    self.init(batches, depth: depth) { place in
      let (epoch, index) = (first + place).quotientAndRemainder(dividingBy: perEpoch)
      return epoch < epochCount ? BatchRequest(epoch: epoch, index: index) : nil
    }
  }

  /// A batch and what it is.
  public struct Prepared: Sendable {
    public let request: BatchRequest
    public let samples: [Sample]
  }

  /// The next batch, nil behind the last one or after ``cancel()``. Waits until it is ready.
  ///
  /// - Throws: What preparing this batch threw, in its place: the batches before it come first. After that, nil.
  public func next() throws -> Prepared? { try batches.next() }

  /// Stops preparing. A batch being prepared is finished, which this waits for, and dropped.
  public func cancel() { batches.cancel() }
}
