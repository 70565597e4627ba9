import Foundation

/// Applies work to inputs on several threads; outputs come out in the order of the inputs.
///
/// Inputs are asked for one at a time, each when a thread is free to work on it and no more than `window` outputs wait to
/// be taken out or are in the making: memory does not grow with the number of inputs. For one consumer.
///
/// The threads end behind the last input, after an error, on ``cancel()``, or when this object goes.
package final class OrderedParallelMap<Output: Sendable>: Sendable {
  private let queue: Queue

  /// - Parameters:
  ///   - workers: threads.
  ///   - window: most inputs that are taken in beyond those whose outputs were taken out; at least `workers`.
  ///   - inputs: the next input, nil behind the last one. Never called by two threads at once.
  ///   - makeWork: called once on each thread that gets an input, with the thread's number from 0; what it returns is
  ///     applied to all inputs that the thread takes. An error stands in the place of the thread's first output.
  package init<Input: Sendable>(
    workers: Int, window: Int, inputs: @escaping @Sendable () throws -> Input?,
    makeWork: @escaping @Sendable (_ worker: Int) throws -> (Input) throws -> Output
  ) {
    precondition(workers > 0 && window >= workers, "\(workers) workers and room for \(window) outputs")
    let queue = Queue(workers: workers, window: window)
    self.queue = queue
    for worker in 0..<workers {
      let thread = Thread {
        var work: ((Input) throws -> Output)?
        while let (place, input) = queue.take(inputs) {
          let output = Result {
            let input = try input.get()
            let made = try work ?? makeWork(worker)
            work = made
            return try made(input)
          }
          queue.put(output, at: place)
        }
        // What the work holds goes before the thread counts as ended.
        work = nil
        queue.workerEnded()
      }
      thread.name = "worker \(worker)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { queue.stop() }

  /// The next output, nil behind the last one or after ``cancel()``. Waits until it is there.
  ///
  /// Throws what asking for this input or working on it threw, in its place: the outputs before it come first. After
  /// that, nil.
  package func next() throws -> Output? {
    guard let output = queue.removeFirst() else { return nil }
    return try output.get()
  }

  /// Takes no more inputs, waits for the work under way, and drops its outputs.
  package func cancel() {
    queue.stop()
    queue.waitForWorkers()
  }
}
