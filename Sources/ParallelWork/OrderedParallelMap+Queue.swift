import Foundation

extension OrderedParallelMap {
  /// What the threads of a map share: what was taken in, what waits to be taken out, and whether more is wanted.
  ///
  /// Unchecked: everything that changes is touched under the condition's lock.
  final class Queue: @unchecked Sendable {
    private let condition = NSCondition()
    /// Held by the thread that asks for an input.
    private let asking = NSLock()
    private let window: Int
    private var outputs: [Int: Result<Output, any Error>] = [:]
    private var takenIn = 0
    private var takenOut = 0
    private var liveWorkers: Int
    /// No more inputs are wanted.
    private var isFinished = false
    /// No more outputs are wanted either.
    private var isClosed = false

    init(workers: Int, window: Int) {
      liveWorkers = workers
      self.window = window
    }

    /// The next input and its place, nil where the thread has nothing more to do. Waits for room.
    func take<Input>(_ inputs: () throws -> Input?) -> (place: Int, input: Result<Input, any Error>)? {
      asking.withLock {
        guard condition.withLock({ waitForRoom() }) else { return nil }
        // Not under the condition's lock: asking may take long, and outputs come and go meanwhile.
        let next: Result<Input, any Error>?
        do {
          next = try inputs().map { .success($0) }
        } catch {
          next = .failure(error)
        }
        return condition.withLock {
          guard let next, !isFinished else {
            isFinished = true
            condition.broadcast()
            return nil
          }
          takenIn += 1
          return (takenIn - 1, next)
        }
      }
    }

    /// Whether there is to be another input, once there is room for it.
    private func waitForRoom() -> Bool {
      while !isFinished && takenIn - takenOut == window { condition.wait() }
      return !isFinished
    }

    func put(_ output: Result<Output, any Error>, at place: Int) {
      condition.withLock {
        if isClosed { return }
        outputs[place] = output
        if case .failure = output { isFinished = true }
        condition.broadcast()
      }
    }

    /// There is nobody to work.
    func fail(_ error: any Error) {
      condition.withLock {
        outputs[takenIn] = .failure(error)
        takenIn += 1
        isFinished = true
      }
    }

    /// The next output, nil where there will be none. Waits for it.
    func removeFirst() -> Result<Output, any Error>? {
      condition.withLock {
        while !isClosed && outputs[takenOut] == nil && !(isFinished && takenOut == takenIn) { condition.wait() }
        guard let output = outputs.removeValue(forKey: takenOut) else { return nil }
        takenOut += 1
        if case .failure = output { close() }
        condition.broadcast()
        return output
      }
    }

    func stop() {
      condition.withLock {
        close()
        condition.broadcast()
      }
    }

    private func close() {
      (isFinished, isClosed) = (true, true)
      outputs = [:]
    }

    func workerEnded() {
      condition.withLock {
        liveWorkers -= 1
        condition.broadcast()
      }
    }

    func waitForWorkers() {
      condition.withLock {
        while liveWorkers > 0 { condition.wait() }
      }
    }
  }
}
