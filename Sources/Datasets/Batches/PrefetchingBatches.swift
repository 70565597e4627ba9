import Foundation
import Synchronization

/// Hands out a run's batches in order, preparing the next few on a thread of its own.
///
/// The thread ends when the requests do, after an error, on ``cancel()``, or when this object goes. For one consumer.
public final class PrefetchingBatches: Sendable {
  private let queue: Queue

  /// - Parameters:
  ///   - request: The batch at a place in the run, counted from 0; nil behind the last one. Called on the other thread.
  ///   - depth: Batches prepared ahead at most.
  public init(
    _ batches: TrainingBatches, depth: Int = 2, request: @escaping @Sendable (_ place: Int) -> BatchRequest?
  ) {
    precondition(depth > 0, "at least one batch is prepared ahead, not \(depth)")
    let queue = Queue(depth: depth)
    self.queue = queue
    let thread = Thread {
      var place = 0
      while let next = request(place) {
        guard queue.waitForRoom() else { return }
        let result = Result { try batches.batch(next) }
        queue.append(result.map { Prepared(request: next, samples: $0) })
        if case .failure = result { break }
        place += 1
      }
      queue.finish()
    }
    thread.name = "batch preparation"
    thread.start()
  }

  /// All batches from one place of a run up to the end of its last epoch.
  public convenience init(
    _ batches: TrainingBatches, fromEpoch epoch: Int, batch: Int = 0, epochCount: Int, depth: Int = 2
  ) {
    let perEpoch = batches.batchCount
    let first = epoch * perEpoch + batch
    self.init(batches, depth: depth) { place in
      let (epoch, index) = (first + place).quotientAndRemainder(dividingBy: perEpoch)
      return epoch < epochCount ? BatchRequest(epoch: epoch, index: index) : nil
    }
  }

  deinit { queue.cancel() }

  /// A batch and what it is.
  public struct Prepared: Sendable {
    public let request: BatchRequest
    public let samples: [TrainingSample]
  }

  /// The next batch, nil behind the last one or after ``cancel()``. Waits until it is ready.
  ///
  /// - Throws: What preparing this batch threw, in its place: the batches before it come first. After that, nil.
  public func next() throws -> Prepared? {
    try queue.removeFirst()?.get()
  }

  /// Stops preparing. A batch being prepared is finished and dropped.
  public func cancel() { queue.cancel() }
}

extension PrefetchingBatches {
  private final class Queue: Sendable {
    private struct State {
      var results: [Result<Prepared, any Error>] = []
      var isFinished = false
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let ready = DispatchSemaphore(value: 0)

    init(depth: Int) {
      // Raised here: a semaphore may not go with less than it was created with.
      for _ in 0..<depth { room.signal() }
    }

    /// False where there is nothing more to prepare.
    func waitForRoom() -> Bool {
      room.wait()
      return !state.withLock { $0.isFinished }
    }

    func append(_ result: Result<Prepared, any Error>) {
      state.withLock { state in
        guard !state.isFinished else { return }
        state.results.append(result)
      }
      ready.signal()
    }

    func finish() {
      state.withLock { $0.isFinished = true }
      ready.signal()
    }

    func cancel() {
      state.withLock { state in
        state.isFinished = true
        state.results = []
      }
      ready.signal()
      room.signal()
    }

    func removeFirst() -> Result<Prepared, any Error>? {
      ready.wait()
      let result = state.withLock { $0.results.isEmpty ? nil : $0.results.removeFirst() }
      if result == nil {
        // Every later call finds the end as well.
        ready.signal()
      } else {
        room.signal()
      }
      return result
    }
  }
}
