import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct LabelledDatasetOverlapTests {
  private func dataset(_ paths: [String]) -> LabelledDataset {
    LabelledDataset(
      classes: [],
      images: paths.enumerated().map { index, path in
        LabelledImage(id: index, path: path, size: ImageSize(width: 10, height: 10), objects: [])
      })
  }

  @Test("the same file by a link, the same bytes and the same pixels are shared; the same name is not")
  func shared() throws {
    let folder = try TemporaryFolder()
    func image(_ red: UInt8) -> RGBImage {
      RGBImage(size: ImageSize(width: 10, height: 10), color: (red: red, green: 0, blue: 0))
    }
    var training: [String] = []
    for (name, red) in [("0.png", 0), ("1.png", 1), ("2.png", 2), ("3.png", 3)] as [(String, UInt8)] {
      training.append(try folder.write(image(red), to: "train/\(name)"))
    }
    // A PNG with something after its end: other bytes, the same pixels.
    let pixels = try folder.write(Data(image(1).encodedPNG()) + Data([0]), to: "val/pixels.png")
    let copy = try folder.write(image(2), to: "val/copy.png")
    let link = folder.path("val/link.png")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: training[3])
    let sameName = try folder.write(image(9), to: "val/0.png")
    let broken = try folder.write("no image", to: "val/broken.png")

    let whole = dataset(training)
    let shared = whole.images(sharedWith: dataset([sameName, pixels, copy, link, broken]), threads: 2)
    #expect(shared.map(\.index) == [1, 2, 3])
    #expect(shared.map(\.other) == [pixels, copy, link])
    #expect(shared.map(\.isSameFile) == [false, false, true])
    #expect(whole.without(shared).images.map(\.path) == [training[0]])
    #expect(whole.images(sharedWith: dataset([]), threads: 1).isEmpty)
    #expect(dataset([]).images(sharedWith: whole, threads: 1).isEmpty)
  }
}
