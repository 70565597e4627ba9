import Datasets
import DetectionUtilities
import ImageCodecs
import Synchronization

/// The batches of a training run, each a function of seed, epoch and index alone.
///
/// Nothing carries over from one batch to the next, so a run that is resumed sees the same bytes as one that was not
/// interrupted. Safe to use from several threads.
public final class TrainingBatches: Sendable {
  private struct EpochOrder {
    var epoch: Int
    var indices: [Int]
  }

  public let augmenter: Augmenter
  public let batchSize: Int
  public let seed: UInt64
  private let latestOrder = Mutex<EpochOrder?>(nil)

  /// - Parameter cacheBudget: Bytes of decoded images kept in memory at most.
  /// - Throws: `DatasetError` where the dataset has no image, ``AugmentationConfigurationError`` where a setting is out of
  ///   its range.
  public init(
    dataset: LabelledDataset, inputSize: ImageSize, batchSize: Int, augmentation: AugmentationConfiguration,
    seed: UInt64, cacheBudget: Int = 1 << 30
  ) throws {
    precondition(batchSize > 0, "a batch has at least one image, not \(batchSize)")
    guard !dataset.images.isEmpty else {
      throw DatasetError(path: "training data", problem: "has no image; expected at least one")
    }
    augmenter = try Augmenter(
      dataset: dataset, inputSize: inputSize, configuration: augmentation, cacheBudget: cacheBudget)
    self.batchSize = batchSize
    self.seed = seed
  }

  public var dataset: LabelledDataset { augmenter.dataset }

  /// Batches in an epoch. What is left over after the last whole batch waits for another epoch's order; a dataset smaller
  /// than a batch makes one batch, in which images come more than once.
  public var batchCount: Int { max(1, dataset.images.count / batchSize) }

  /// - Returns: Exactly ``batchSize`` samples.
  /// - Throws: `DatasetError` naming an image file that cannot be decoded.
  public func batch(_ request: BatchRequest) throws -> [TrainingSample] {
    precondition(
      request.epoch >= 0 && (0..<batchCount).contains(request.index),
      "epoch \(request.epoch), batch \(request.index) is none of the \(batchCount) batches of an epoch")
    let first = request.index * batchSize
    return try (first..<first + batchSize).map { position in
      var generator = SeededGenerator(seed: seed, stream: [2, UInt64(request.epoch), UInt64(position)])
      return try augmenter.sample(
        at: imageIndex(epoch: request.epoch, position: position), mosaic: request.mosaic, strength: request.strength,
        using: &generator)
    }
  }

  /// ``batch(_:)`` in words.
  public func batch(epoch: Int, index: Int, mosaic: Bool = true, strength: Double = 1) throws -> [TrainingSample] {
    try batch(BatchRequest(epoch: epoch, index: index, mosaic: mosaic, strength: strength))
  }

  private func imageIndex(epoch: Int, position: Int) -> Int {
    let count = dataset.images.count
    return latestOrder.withLock { order in
      if let order, order.epoch == epoch { return order.indices[position % count] }
      var generator = SeededGenerator(seed: seed, stream: [1, UInt64(epoch)])
      var indices = Array(0..<count)
      generator.shuffle(&indices)
      order = EpochOrder(epoch: epoch, indices: indices)
      return indices[position % count]
    }
  }
}

/// Which batch of a training run, and how strongly it is varied.
public struct BatchRequest: Hashable, Sendable {
  /// From 0.
  public var epoch: Int
  /// Within the epoch, from 0.
  public var index: Int
  /// Whether mosaics are allowed; the last epochs of a run often go without.
  public var mosaic: Bool
  /// From 0, no variation but flips and turns, to 1.
  public var strength: Double

  public init(epoch: Int, index: Int, mosaic: Bool = true, strength: Double = 1) {
    self.epoch = epoch
    self.index = index
    self.mosaic = mosaic
    self.strength = strength
  }
}
