import CPUKernels
import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct KernelThreadsTests {
  private struct Failure: Error {}

  /// Has OpenMP told how many threads to use on the calling thread.
  private static func makeKernel() throws {
    _ = try Kernel.activation(.relu, .inference, layout: TensorLayout(.plain, shape: [1, 4]))
  }

  @Test func aNumberHoldsForTheCallAlone() throws {
    try KernelThreads.withCount(3) {
      #expect(KernelThreads.count == 3)
      try Self.makeKernel()
      KernelThreads.withCount(1) { #expect(KernelThreads.count == 1) }
      #expect(KernelThreads.count == 3)
      #expect(throws: Failure.self) { try KernelThreads.withCount(2) { throw Failure() } }
      #expect(KernelThreads.count == 3)
    }
  }

  /// In a process of its own, since the count is everybody's.
  @Test func otherThreadsKeepTheirs() async {
    await #expect(processExitsWith: .success) {
      KernelThreads.count = 5
      let seen = Mutex([Int]())
      KernelThreads.withCount(2) {
        let other = Thread { seen.withLock { $0.append(KernelThreads.count) } }
        other.start()
        while seen.withLock({ $0.isEmpty }) { usleep(1000) }
        KernelThreads.count = 4
        seen.withLock { $0.append(KernelThreads.count) }
      }
      seen.withLock { $0.append(KernelThreads.count) }
      exit(seen.withLock { $0 } == [5, 2, 4] ? 0 : 1)
    }
  }

  @Test func zeroLeavesTheChoiceToOpenMP() async {
    await #expect(processExitsWith: .success) {
      let usual = KernelThreads.count
      KernelThreads.count = usual + 2
      try Self.makeKernel()
      KernelThreads.count = 0
      let after = KernelThreads.count
      try Self.makeKernel()
      exit(after == usual && KernelThreads.count == usual ? 0 : 1)
    }
  }
}
