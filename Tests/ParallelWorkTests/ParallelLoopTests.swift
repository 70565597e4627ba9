import ParallelWork
import Synchronization
import Testing

struct ParallelLoopTests {
  @Test(arguments: [0, 1, 2, 1000])
  func everyNumberComesOnce(count: Int) {
    let calls = Mutex([Int](repeating: 0, count: count))
    ParallelLoop.run(count) { index in calls.withLock { $0[index] += 1 } }
    #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func loopsMayStandInLoops() {
    let sum = Atomic<Int>(0)
    ParallelLoop.run(4) { row in
      ParallelLoop.run(5) { column in sum.add(10 * row + column, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 10 * 5 * (0 + 1 + 2 + 3) + 4 * (0 + 1 + 2 + 3 + 4))
  }
}
