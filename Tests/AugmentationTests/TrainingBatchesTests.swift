import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct TrainingBatchesTests {
  static func dataset(_ count: Int, in folder: TemporaryFolder) throws -> LabelledDataset {
    let size = ImageSize(width: 40, height: 30)
    return LabelledDataset(
      classes: [ObjectClass(id: 1, name: "x")],
      images: try (0..<count).map { index in
        var image = RGBImage(size: size, color: (UInt8(10 * index), 200, UInt8(255 - 10 * index)))
        for pixel in 0..<200 { image.pixels[7 * pixel] = UInt8(pixel) }
        return LabelledImage(
          id: index, path: try folder.write(image, to: "\(index).png"), size: size,
          objects: [
            LabelledObject(
              annotationID: index, box: BoundingBox(x1: 5, y1: 5, x2: 25, y2: 25), classIndex: 0)
          ])
      })
  }

  static func batches(
    _ dataset: LabelledDataset, batchSize: Int = 4, seed: UInt64 = 9, cacheBudget: Int = 1 << 30
  ) throws -> TrainingBatches {
    try TrainingBatches(
      dataset: dataset, inputSize: ImageSize(width: 32, height: 32), batchSize: batchSize,
      augmentation: AugmentationConfiguration(), seed: seed, cacheBudget: cacheBudget)
  }

  @Test("an epoch shows every image once, the rest of the last batch apart, and epochs differ in order")
  func epochs() throws {
    let folder = try TemporaryFolder()
    let batches = try TrainingBatchesTests.batches(TrainingBatchesTests.dataset(11, in: folder))
    #expect(batches.batchCount == 2)
    let orders = try (0..<2).map { epoch in
      try (0..<2).flatMap { try batches.batch(epoch: epoch, index: $0).map(\.sourcePath) }
    }
    #expect(orders.allSatisfy { $0.count == 8 && Set($0).count == 8 })
    #expect(orders[0] != orders[1])
  }

  @Test("a batch depends on seed, epoch and index alone: not on what came before, nor on the cache")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let dataset = try TrainingBatchesTests.dataset(11, in: folder)
    let straight = try TrainingBatchesTests.batches(dataset)
    for epoch in 0..<3 {
      for index in 0..<2 { _ = try straight.batch(epoch: epoch, index: index) }
    }
    let resumed = try TrainingBatchesTests.batches(dataset, cacheBudget: 0)
    let one = try straight.batch(epoch: 2, index: 1)
    let other = try resumed.batch(epoch: 2, index: 1)
    #expect(one.map(\.image) == other.map(\.image))
    #expect(one.map(\.objects) == other.map(\.objects))
    let reseeded = try TrainingBatchesTests.batches(dataset, seed: 10).batch(epoch: 2, index: 1)
    #expect(one.map(\.image) != reseeded.map(\.image))
  }

  @Test("a dataset smaller than a batch makes one batch, repeating images in other variations")
  func fewImages() throws {
    let folder = try TemporaryFolder()
    let batches = try TrainingBatchesTests.batches(TrainingBatchesTests.dataset(3, in: folder), batchSize: 8)
    #expect(batches.batchCount == 1)
    let batch = try batches.batch(epoch: 0, index: 0)
    #expect(batch.count == 8)
    #expect(Set(batch.map(\.sourcePath)).count == 3)
    #expect(Set(batch.map(\.image.pixels)).count == 8)
  }

  @Test("without images there is nothing to train on")
  func empty() {
    #expect(throws: DatasetError.self) {
      try TrainingBatchesTests.batches(LabelledDataset(classes: [], images: []))
    }
  }

  @Test("a batch that does not exist is a caller's mistake")
  func outOfRange() async {
    await #expect(processExitsWith: .failure) {
      let folder = try TemporaryFolder()
      let batches = try TrainingBatchesTests.batches(TrainingBatchesTests.dataset(4, in: folder))
      _ = try batches.batch(epoch: 0, index: 1)
    }
  }
}
