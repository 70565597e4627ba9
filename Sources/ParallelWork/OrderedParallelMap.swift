import Foundation
import Synchronization

/// Applies work to inputs on several threads; outputs come out in the order of the inputs.
///
/// Inputs are asked for one at a time, each when a thread is free to work on it and no more than `window` outputs wait to
/// be taken out or are in the making: memory does not grow with the number of inputs. For one consumer.
///
/// The threads end behind the last input, after an error, on ``cancel()``, or when this object goes.
public final class OrderedParallelMap<Output: Sendable>: Sendable {
  private let queue: Queue

  /// - Parameters:
  ///   - workers: threads.
  ///   - window: most inputs that are taken in beyond those whose outputs were taken out; at least `workers`.
  ///   - inputs: the next input, nil behind the last one. Never called by two threads at once.
  ///   - makeWork: called once on each thread that gets an input, with the thread's number from 0; what it returns is
  ///     applied to all inputs that the thread takes. An error stands in the place of the thread's first output.
  public init<Input: Sendable>(
    workers: Int, window: Int, inputs: @escaping @Sendable () throws -> Input?,
    makeWork: @escaping @Sendable (_ worker: Int) throws -> (Input) throws -> Output
  ) {
    precondition(workers > 0 && window >= workers, "\(workers) workers and room for \(window) outputs")
    let queue = Queue(workers: workers, window: window)
    self.queue = queue
    for worker in 0..<workers {
      do {
        try WorkerThread.start(named: "worker \(worker)") {
          Self.work(queue, inputs) { try makeWork(worker) }
        }
      } catch {
        // Fewer threads give the same outputs.
        if worker == 0 { queue.fail(error) }
        for _ in worker..<workers { queue.workerEnded() }
        break
      }
    }
  }

  private static func work<Input: Sendable>(
    _ queue: Queue, _ inputs: () throws -> Input?, _ makeWork: () throws -> (Input) throws -> Output
  ) {
    var work: ((Input) throws -> Output)?
    while let (place, input) = queue.take(inputs) {
      let output = Result {
        let input = try input.get()
        let made = try work ?? makeWork()
        work = made
        return try made(input)
      }
      queue.put(output, at: place)
    }
    // What the work holds goes before the thread counts as ended.
    work = nil
    queue.workerEnded()
  }

  /// Inputs by their places in a row, and one function for all threads.
  ///
  /// - Parameter input: the input at a place, counted from 0; nil behind the last one. Never called by two threads at once.
  public convenience init<Input: Sendable>(
    workers: Int, window: Int, input: @escaping @Sendable (_ place: Int) throws -> Input?,
    work: @escaping @Sendable (Input) throws -> Output
  ) {
    let places = Places()
    self.init(workers: workers, window: window, inputs: { try input(places.next()) }, makeWork: { _ in work })
  }

  private final class Places: Sendable {
    private let count = Atomic<Int>(0)
    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
  }

  deinit { queue.stop() }

  /// The next output, nil behind the last one or after ``cancel()``. Waits until it is there.
  ///
  /// Throws what asking for this input or working on it threw, in its place: the outputs before it come first. After
  /// that, nil.
  public func next() throws -> Output? {
    guard let output = queue.removeFirst() else { return nil }
    return try output.get()
  }

  /// Takes no more inputs, waits for the work under way, and drops its outputs.
  public func cancel() {
    queue.stop()
    queue.waitForWorkers()
  }
}
