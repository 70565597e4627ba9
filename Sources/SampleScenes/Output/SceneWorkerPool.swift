import Foundation
import Synchronization

/// Makes scenes on several threads and hands them out as they are done, in no particular order.
final class SceneWorkerPool: Sendable {
  private let numbers: [Int]
  private let make: @Sendable (Int) throws -> SceneRecord
  private let nextPlace = Atomic<Int>(0)
  private let results = Mutex<[Result<SceneRecord, any Error>]>([])
  private let ready = DispatchSemaphore(value: 0)

  init(numbers: [Int], make: @escaping @Sendable (Int) throws -> SceneRecord) {
    self.numbers = numbers
    self.make = make
  }

  func start(threads: Int) {
    for _ in 0..<min(threads, numbers.count) {
      let thread = Thread { [self] in work() }
      thread.name = "scene"
      // Rays recurse little, but a scene's arrays of bodies pass by value.
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  /// Scenes that are being made are finished; no further one is begun.
  func stop() { nextPlace.store(numbers.count, ordering: .relaxed) }

  /// The next finished scene. Waits for it.
  func next() throws -> SceneRecord {
    ready.wait()
    return try results.withLock { $0.removeFirst() }.get()
  }

  private func work() {
    while true {
      let place = nextPlace.add(1, ordering: .relaxed).oldValue
      guard place < numbers.count else { return }
      let result = Result { try make(numbers[place]) }
      results.withLock { $0.append(result) }
      ready.signal()
    }
  }
}
