import Foundation
import Synchronization

/// A loop whose steps run on several threads, in any order.
///
/// Where the system grants no thread, the calling one does all the work: a loop of Dispatch's waits until there is one.
public enum ParallelLoop {
  /// Calls `body` with 0 ..< `count`, and returns when all calls have. Loops may run within loops.
  ///
  /// - Parameter body: called by several threads at once; the calling one is among them.
  public static func run(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        // A thread may end after this call, so that it must not hold `body` itself; it is done with it before.
        nonisolated(unsafe) let body = body
        let shared = Shared(count)
        for worker in 1..<max(1, min(count, ProcessInfo.processInfo.activeProcessorCount)) {
          shared.workerStarts()
          do {
            try WorkerThread.start(named: "loop \(worker)") {
              shared.work(body)
              shared.workerEnded()
            }
          } catch {
            shared.workerEnded()
            break
          }
        }
        shared.work(body)
        shared.waitForWorkers()
      }
    }
  }

  /// Unchecked: everything that changes is an atomic or touched under the condition's lock.
  private final class Shared: @unchecked Sendable {
    private let count: Int
    private let next = Atomic<Int>(0)
    private let condition = NSCondition()
    private var liveWorkers = 0

    init(_ count: Int) { self.count = count }

    /// Not inlined, so that nothing of `body` is held behind this call.
    @inline(never) func work(_ body: UnsafePointer<(Int) -> Void>) {
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body.pointee(index)
      }
    }

    func workerStarts() { condition.withLock { liveWorkers += 1 } }

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
