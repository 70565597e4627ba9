import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct VOCMaskTests {

  private func write(_ objects: [String], map: LabelMap?, in folder: TemporaryFolder, name: String = "a") throws {
    try folder.writeImage("JPEGImages/\(name).png", width: 5, height: 4)
    try folder.write(
      "<annotation>\n" + objects.joined(separator: "\n") + "</annotation>", to: "Annotations/\(name).xml")
    if let map {
      try folder.write(Data(map.encodedPNG(palette: [])), to: "SegmentationObject/\(name).png")
    }
  }

  private func map(width: Int = 5, _ indices: [UInt8]) -> LabelMap {
    LabelMap(size: ImageSize(width: width, height: indices.count / width), indices: indices)
  }

  /// The first object has 5 pixels, the second 3, one is a border.
  private var twoObjects: LabelMap {
    map([
      1, 1, 255, 2, 0,
      1, 0, 255, 2, 0,
      1, 1, 255, 2, 0,
      0, 0, 0, 0, 0,
    ])
  }

  private func read(_ folder: TemporaryFolder, needed: Bool = true) throws -> LabelledDataset {
    try LabelledDataset.read(
      at: folder.path, options: DatasetReadingOptions(readsMasks: true, needsMasks: needed))
  }

  @Test("a pixel's number is the place of its object in the file, also behind an object without a box")
  func numbers() throws {
    let folder = try TemporaryFolder()
    try write(
      [
        "<object><name>cat</name><point/></object>", AuditSet.object("dog", [3, 0, 4, 3]),
        "<object><name>cat</name><polygon><x1>0</x1><y1>0</y1><x2>2</x2><y2>0</y2><x3>0</x3><y3>3</y3></polygon></object>",
      ], map: twoObjects, in: folder)
    let dataset = try read(folder, needed: false)
    let objects = dataset.images[0].objects
    #expect(dataset.audit.shapesLeftOut == ["point": 1])
    #expect(objects.map { dataset.classNames[$0.classIndex] } == ["dog", "cat"])
    #expect(try objects[0].segmentation?.mask(width: 5, height: 4).inside == [12..<15])
    // Its number is 3, of which there is no pixel.
    #expect(dataset.audit[.emptyMask] == 1)
    try FileManager.default.removeItem(atPath: folder.path("SegmentationObject"))
    #expect(try read(folder).images[0].objects.map(\.segmentation) == [.polygons([[0, 0, 2, 0, 0, 3]])])
  }

  @Test("images without a file of masks are left out where masks are needed")
  func withoutFile() throws {
    let folder = try TemporaryFolder()
    let objects = [AuditSet.object("cat", [0, 0, 2, 3]), AuditSet.object("dog", [3, 0, 4, 3])]
    try write(objects, map: twoObjects, in: folder)
    try write(objects, map: nil, in: folder, name: "b")
    try write([], map: nil, in: folder, name: "c")
    let dataset = try read(folder)
    #expect(dataset.images.map(\.fileName) == ["a.png", "c.png"])
    #expect(dataset.images[0].objects.map(\.area) == [5, 3])
    #expect(
      dataset.audit.readings == ["1 images without a file in SegmentationObject left out, as masks are asked for"])
    #expect(try read(folder, needed: false).images.map(\.objects.count) == [2, 2, 0])
  }

  @Test("a file of another size, with colours or cut short is named")
  func bad() throws {
    let folder = try TemporaryFolder()
    let objects = [AuditSet.object("cat", [0, 0, 2, 3])]
    try write(objects, map: map(width: 4, twoObjects.indices), in: folder)
    let dataset = try read(folder, needed: false)
    #expect(dataset.images[0].objects.map(\.segmentation) == [nil])
    let place = try #require(dataset.audit.firstPlaces[.invalidMask]?.first)
    #expect(place.contains("has run lengths of 4×5; expected 5×4"), "\(place)")
    let file = folder.path("SegmentationObject/a.png")
    try RGBImage(size: ImageSize(width: 5, height: 4), color: (1, 2, 3)).write(to: file)
    for problem in ["has colours", "not an image"] {
      let error = try #require(throws: DatasetError.self) { try read(folder) }
      #expect(error.path == file && error.problem.contains(problem), "\(error)")
      let report = try DatasetAuditor(threads: 1).audit(at: folder.path)
      #expect(report.counts[.malformedLabel] == 1 && report.dataset.objectCount == 1, "\(report.text())")
      try folder.write("no picture", to: "SegmentationObject/a.png")
    }
  }
}
