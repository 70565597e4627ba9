import Foundation
import Inference
import ParallelWork
import Synchronization
import Testing

struct OrderedParallelMapTests {
  private struct Failure: Error, Equatable { var number: Int }

  /// The numbers from 0 on, and how many were asked for.
  private final class Numbers: Sendable {
    let asked = Mutex(0)
    private let count: Int

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
      asked.withLock { asked in
        if asked == count { return nil }
        asked += 1
        return asked - 1
      }
    }

    /// Waits until so many were asked for, five seconds at most.
    func waitUntilAsked(_ wanted: Int) {
      for _ in 0..<500 where asked.withLock({ $0 }) < wanted { Thread.sleep(forTimeInterval: 0.01) }
    }
  }

  private func all<Output>(_ map: OrderedParallelMap<Output>) throws -> [Output] {
    var outputs: [Output] = []
    while let output = try map.next() { outputs.append(output) }
    return outputs
  }

  @Test(arguments: [1, 2, 5]) func outputsKeepTheOrder(workers: Int) throws {
    let numbers = Numbers(60)
    let map = OrderedParallelMap<Int>(workers: workers, window: workers + 3, inputs: numbers.next) { _ in
      {
        // Every third takes longer than those after it.
        if $0 % 3 == 0 { Thread.sleep(forTimeInterval: 0.002) }
        return $0 * $0
      }
    }
    let squares: [Int] = (0..<60).map { $0 * $0 }
    #expect(try all(map) == squares)
    #expect(try map.next() == nil)
  }

  @Test func noInputsAreNoOutputs() throws {
    let map = OrderedParallelMap<Int>(workers: 2, window: 2, inputs: Numbers(0).next) { _ in { $0 } }
    #expect(try map.next() == nil)
    #expect(try map.next() == nil)
  }

  @Test func noMoreInputsAreTakenThanThereIsRoomFor() throws {
    let numbers = Numbers(20)
    let map = OrderedParallelMap<Int>(workers: 2, window: 3, inputs: numbers.next) { _ in { $0 } }
    for taken in 0..<10 {
      numbers.waitUntilAsked(taken + 3)
      Thread.sleep(forTimeInterval: 0.02)
      #expect(numbers.asked.withLock { $0 } == taken + 3)
      #expect(try map.next() == taken)
    }
  }

  @Test func anErrorComesInItsPlaceAndEndsTheRun() throws {
    let map = OrderedParallelMap<Int>(workers: 3, window: 6, inputs: Numbers(1000).next) { _ in
      { (number: Int) throws -> Int in
        if number == 4 { throw Failure(number: number) }
        // The error is there before the outputs that come first.
        Thread.sleep(forTimeInterval: 0.01)
        return number
      }
    }
    for number in 0..<4 { #expect(try map.next() == number) }
    #expect(throws: Failure(number: 4)) { try map.next() }
    #expect(try map.next() == nil)
  }

  @Test func anErrorOfTheInputsComesInItsPlace() throws {
    let numbers = Numbers(9)
    let map = OrderedParallelMap<Int>(
      workers: 2, window: 4,
      inputs: { () throws -> Int? in
        guard let number = numbers.next() else { throw Failure(number: 9) }
        return number
      }, makeWork: { _ in { $0 } })
    for number in 0..<9 { #expect(try map.next() == number) }
    #expect(throws: Failure(number: 9)) { try map.next() }
    #expect(try map.next() == nil)
  }

  @Test func workIsMadeOnceForEveryThreadThatHasAnInput() throws {
    let made = Mutex<[Int]>([])
    let map = OrderedParallelMap<Int>(workers: 4, window: 4, inputs: Numbers(1).next) { worker in
      made.withLock { $0.append(worker) }
      return { $0 + 7 }
    }
    #expect(try all(map) == [7])
    #expect(made.withLock { $0.count } == 1)
    let failing = OrderedParallelMap<Int>(workers: 1, window: 1, inputs: Numbers(3).next) { worker in
      throw Failure(number: worker)
    }
    #expect(throws: Failure(number: 0)) { try failing.next() }
  }

  @Test func cancellingWaitsForWhatIsUnderWay() throws {
    let running = Atomic<Int>(0)
    let numbers = Numbers(1000)
    let map = OrderedParallelMap<Int>(workers: 2, window: 8, inputs: numbers.next) { _ in
      { number in
        running.add(1, ordering: .sequentiallyConsistent)
        Thread.sleep(forTimeInterval: 0.05)
        running.subtract(1, ordering: .sequentiallyConsistent)
        return number
      }
    }
    #expect(try map.next() == 0)
    map.cancel()
    #expect(running.load(ordering: .sequentiallyConsistent) == 0)
    let asked = numbers.asked.withLock { $0 }
    #expect(asked < 20)
    #expect(try map.next() == nil)
    Thread.sleep(forTimeInterval: 0.1)
    #expect(numbers.asked.withLock { $0 } == asked)
  }
}
