import Datasets
import DetectionUtilities
import ImageCodecs

/// The batches of a training run, each a function of seed, epoch and index alone.
///
/// Nothing carries over from one batch to the next, so a run that is resumed sees the same bytes as one that was not
/// interrupted. Safe to use from several threads.
public final class TrainingBatches: Sendable {
  public let augmenter: Augmenter
  private let batches: ShuffledBatches<TrainingSample>

  /// - Parameter cacheBudget: Bytes of decoded images kept in memory at most.
  /// - Throws: `DatasetError` where the dataset has no image, ``AugmentationConfigurationError`` where a setting is out of
  ///   its range.
  public init(
    dataset: LabelledDataset, inputSize: ImageSize, batchSize: Int, augmentation: AugmentationConfiguration,
    seed: UInt64, cacheBudget: Int = 1 << 30
  ) throws {
    let augmenter = try Augmenter(
      dataset: dataset, inputSize: inputSize, configuration: augmentation, cacheBudget: cacheBudget)
    self.augmenter = augmenter
    batches = try ShuffledBatches(imageCount: dataset.images.count, batchSize: batchSize, seed: seed) {
      (index, request, generator) in
      try augmenter.sample(at: index, mosaic: request.mosaic, strength: request.strength, using: &generator)
    }
  }

  public var batchSize: Int { batches.batchSize }
  public var seed: UInt64 { batches.seed }

  public var dataset: LabelledDataset { augmenter.dataset }

  /// Batches in an epoch. What is left over after the last whole batch waits for another epoch's order; a dataset smaller
  /// than a batch makes one batch, in which images come more than once.
  public var batchCount: Int { batches.batchCount }

  /// - Returns: Exactly ``batchSize`` samples.
  /// - Throws: `DatasetError` naming an image file that cannot be decoded.
  public func batch(_ request: BatchRequest) throws -> [TrainingSample] { try batches.batch(request) }

  /// ``batch(_:)`` in words.
  public func batch(epoch: Int, index: Int, mosaic: Bool = true, strength: Double = 1) throws -> [TrainingSample] {
    try batch(BatchRequest(epoch: epoch, index: index, mosaic: mosaic, strength: strength))
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
