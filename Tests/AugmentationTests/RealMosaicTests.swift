import Augmentation
import Datasets
import DetectionUtilities
import Foundation
import ImageCodecs
import Testing

/// Mosaics of the blood cells of `shared/data`, which are not part of the project: skipped where they are absent.
struct RealMosaicTests {
  private static let set: String = {
    if let data = ProcessInfo.processInfo.environment["PEREGRINE_DATA"] { return data + "/cbc/Training" }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.deletingLastPathComponent().appendingPathComponent("shared/data/cbc/Training").path
  }()

  @Test(
    "a mosaic of blood cells has boxes inside the image and is quickly made",
    .enabled(
      if: FileManager.default.fileExists(atPath: set),
      "the blood cells are not here: set PEREGRINE_DATA to the folder shared/data"))
  func mosaic() throws {
    let dataset = try LabelledDataset.read(at: RealMosaicTests.set).subset(0..<8)
    let input = ImageSize(width: 416, height: 320)
    var configuration = AugmentationConfiguration()
    configuration.mosaic = 1
    let augmenter = try Augmenter(dataset: dataset, inputSize: input, configuration: configuration)
    var generator = SeededGenerator(seed: 4)
    var boxes = 0
    for index in 0..<8 {
      let sample = try augmenter.sample(at: index, using: &generator)
      boxes += sample.objects.count
      for object in sample.objects {
        #expect(object.box.x1 >= 0 && object.box.y1 >= 0 && object.box.x2 <= 416 && object.box.y2 <= 320)
        #expect(object.box.width >= 2 && object.box.height >= 2)
      }
    }
    #expect(boxes > 40)
  }
}
