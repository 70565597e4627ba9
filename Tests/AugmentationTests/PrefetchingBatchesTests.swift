import Augmentation
import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Synchronization
import Testing

struct PrefetchingBatchesTests {
  @Test("batches come in order and are the ones that would come without it", arguments: [1, 2, 5])
  func order(depth: Int) throws {
    let folder = try TemporaryFolder()
    let batches = try TrainingBatchesTests.batches(TrainingBatchesTests.dataset(9, in: folder))
    let prefetching = PrefetchingBatches(batches, fromEpoch: 1, batch: 1, epochCount: 4, depth: depth)
    // Lets the thread get ahead, so that there is an order to get wrong.
    Thread.sleep(forTimeInterval: 0.1)
    var requests: [BatchRequest] = []
    while let prepared = try prefetching.next() {
      requests.append(prepared.request)
      #expect(prepared.samples.map(\.image) == (try batches.batch(prepared.request).map(\.image)))
    }
    #expect(requests.map(\.epoch) == [1, 2, 2, 3, 3])
    #expect(requests.map(\.index) == [1, 0, 1, 0, 1])
    #expect(try prefetching.next() == nil)
  }

  @Test("an error comes in its place, after the batches before it, and ends the run")
  func error() throws {
    let folder = try TemporaryFolder()
    let dataset = try TrainingBatchesTests.dataset(3, in: folder)
    var plain = AugmentationConfiguration.none
    plain.horizontalFlip = 0
    let batches = try TrainingBatches(
      dataset: dataset, inputSize: ImageSize(width: 32, height: 32), batchSize: 1, augmentation: plain, seed: 1,
      cacheBudget: 0)
    let third = try batches.batch(epoch: 0, index: 2)[0].sourcePath
    try Data().write(to: URL(fileURLWithPath: third))
    let prefetching = PrefetchingBatches(batches, fromEpoch: 0, epochCount: 9)
    #expect(try prefetching.next()?.request.index == 0)
    #expect(try prefetching.next()?.request.index == 1)
    #expect(#expect(throws: DatasetError.self) { try prefetching.next() }?.path == third)
    #expect(try prefetching.next() == nil)
    #expect(try prefetching.next() == nil)
  }

  @Test("cancelling ends the batches, and dropping the object ends its thread")
  func cancel() throws {
    let folder = try TemporaryFolder()
    let batches = try TrainingBatchesTests.batches(TrainingBatchesTests.dataset(9, in: folder))
    let requested = Counter()
    do {
      let prefetching = PrefetchingBatches(batches, depth: 2) { place in
        requested.increment()
        return BatchRequest(epoch: place, index: 0)
      }
      #expect(try prefetching.next() != nil)
      prefetching.cancel()
      #expect(try prefetching.next() == nil)
      let dropped = PrefetchingBatches(batches, depth: 2) { place in
        requested.increment()
        return BatchRequest(epoch: place, index: 0)
      }
      _ = dropped
    }
    Thread.sleep(forTimeInterval: 0.2)
    let settled = requested.value
    #expect(settled < 20)
    Thread.sleep(forTimeInterval: 0.1)
    #expect(requested.value == settled)
  }

  private final class Counter: Sendable {
    private let number = Mutex(0)
    func increment() { number.withLock { $0 += 1 } }
    var value: Int { number.withLock { $0 } }
  }
}
