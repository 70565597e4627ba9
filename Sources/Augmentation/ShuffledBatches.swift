import Datasets
import DetectionUtilities
import Synchronization

/// The batches of a training run over images in an order of their own for every epoch, each a function of seed, epoch and index
/// alone, so that a run that is resumed sees the same bytes as one that was not interrupted. Safe to use from several threads.
public final class ShuffledBatches<Example: TrainingExample>: Sendable {
  private struct EpochOrder {
    var epoch: Int
    var indices: [Int]
  }

  public let imageCount: Int
  public let batchSize: Int
  public let seed: UInt64
  private let sample: @Sendable (Int, BatchRequest, inout SeededGenerator) throws -> Example
  private let latestOrder = Mutex<EpochOrder?>(nil)

  /// - Parameter sample: a sample of the image at a place, varied as the request says.
  /// - Throws: `DatasetError` where there is no image.
  public init(
    imageCount: Int, batchSize: Int, seed: UInt64,
    sample: @escaping @Sendable (Int, BatchRequest, inout SeededGenerator) throws -> Example
  ) throws {
    precondition(batchSize > 0, "a batch has at least one image, not \(batchSize)")
    guard imageCount > 0 else {
      throw DatasetError(path: "training data", problem: "has no image; expected at least one")
    }
    self.imageCount = imageCount
    self.batchSize = batchSize
    self.seed = seed
    self.sample = sample
  }

  /// Batches in an epoch. What is left over after the last whole batch waits for another epoch's order; a set smaller than a
  /// batch makes one batch, in which images come more than once.
  public var batchCount: Int { max(1, imageCount / batchSize) }

  /// - Returns: Exactly ``batchSize`` samples.
  /// - Throws: `DatasetError` naming an image file that cannot be decoded.
  public func batch(_ request: BatchRequest) throws -> [Example] {
    precondition(
      request.epoch >= 0 && (0..<batchCount).contains(request.index),
      "epoch \(request.epoch), batch \(request.index) is none of the \(batchCount) batches of an epoch")
    let first = request.index * batchSize
    return try (first..<first + batchSize).map { position in
      var generator = SeededGenerator(seed: seed, stream: [2, UInt64(request.epoch), UInt64(position)])
      return try sample(imageIndex(epoch: request.epoch, position: position), request, &generator)
    }
  }

  private func imageIndex(epoch: Int, position: Int) -> Int {
    latestOrder.withLock { order in
      if let order, order.epoch == epoch { return order.indices[position % imageCount] }
      var generator = SeededGenerator(seed: seed, stream: [1, UInt64(epoch)])
      var indices = Array(0..<imageCount)
      generator.shuffle(&indices)
      order = EpochOrder(epoch: epoch, indices: indices)
      return indices[position % imageCount]
    }
  }
}

extension ShuffledBatches where Example == ClassifiedSample {
  /// - Throws: `DatasetError` where the set has no image.
  public convenience init(_ augmenter: ClassAugmenter, batchSize: Int, seed: UInt64) throws {
    try self.init(imageCount: augmenter.set.images.count, batchSize: batchSize, seed: seed) {
      try augmenter.sample(at: $0, using: &$2)
    }
  }
}
