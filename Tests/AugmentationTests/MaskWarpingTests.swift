import Augmentation
import Datasets
import DetectionUtilities
import Foundation
import ImageCodecs
import Testing

@Suite struct MaskWarpingTests {
  /// Four rows and six columns; the object is an L: the second column, and the last row from there to the fifth.
  private static let mask = RunLengthMask(width: 6, height: 4, inside: [4..<8, 11..<12, 15..<16, 19..<20])

  private func sample(_ change: (inout AugmentationConfiguration) -> Void) throws -> LabelledBox {
    let path = FileManager.default.temporaryDirectory.path + "/peregrine-mask-\(UUID().uuidString).png"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let size = ImageSize(width: 6, height: 4)
    try RGBImage(size: size, color: (90, 90, 90)).write(to: path)
    var object = LabelledObject(annotationID: 1, box: BoundingBox(x1: 1, y1: 0, x2: 5, y2: 4), classIndex: 0)
    object.segmentation = COCOSegmentation(Self.mask)
    let dataset = LabelledDataset(
      classes: [ObjectClass(id: 1, name: "letter")],
      images: [LabelledImage(id: 1, path: path, size: size, objects: [object])])
    var configuration = AugmentationConfiguration.none
    configuration.minimumBoxSide = 0
    change(&configuration)
    let augmenter = try Augmenter(dataset: dataset, inputSize: size, configuration: configuration)
    var generator = SeededGenerator(seed: 1)
    return try #require(try augmenter.sample(at: 0, using: &generator).objects.first)
  }

  private func rows(_ mask: RunLengthMask?) -> [String] {
    let inside = Set(mask?.inside.flatMap { $0 } ?? [])
    return (0..<4).map { y in String((0..<6).map { inside.contains($0 * 4 + y) ? "#" : "." }) }
  }

  @Test func anUnchangedImageHasTheSameMask() throws {
    let object = try sample { _ in }
    #expect(object.mask == Self.mask)
    #expect(rows(object.mask) == [".#....", ".#....", ".#....", ".####."])
  }

  @Test func masksAreMirroredWithTheirImages() throws {
    let object = try sample { $0.horizontalFlip = 1 }
    #expect(rows(object.mask) == ["....#.", "....#.", "....#.", ".####."])
    let upsideDown = try sample { $0.verticalFlip = 1 }
    #expect(rows(upsideDown.mask) == [".####.", ".#....", ".#....", ".#...."])
  }

  /// The box is that of the pixels.
  @Test func theBoxFollowsTheMask() throws {
    let object = try sample { $0.horizontalFlip = 1 }
    #expect(object.box == BoundingBox(x1: 1, y1: 0, x2: 5, y2: 4))
  }
}
