import DetectionUtilities
import FolderTesting
import Foundation
import Testing

/// COCO files whose image names lead out of the set's folder, by steps upwards or from the root.
struct OutsideImagesTests {
  /// `set/in.json`, which names one image of the set and two of one name beside the set; relative or from the root.
  private func write(_ folder: TemporaryFolder, fromRoot: Bool) throws -> String {
    var generator = SeededGenerator(seed: 1)
    for name in ["set/images/a.png", "x/b.png", "y/b.png"] { _ = try folder.writeImage(name, generator: &generator) }
    let start = fromRoot ? folder.path + "/" : "../../"
    let names = ["a.png", start + "x/b.png", start + "y/b.png"]
    let images = names.enumerated().map {
      #"{"id": \#($0.offset + 1), "file_name": "\#($0.element)", "width": 64, "height": 64}"#
    }
    return try folder.write(
      """
      {"images": [\(images.joined(separator: ", "))], "categories": [{"id": 1, "name": "thing"}],
       "annotations": [{"id": 1, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": 0}]}
      """, to: "set/in.json")
  }

  @Test(arguments: [false, true], ["yolo", "voc", "coco"])
  func areReportedAndStayInsideOfTheOutput(fromRoot: Bool, format: String) throws {
    let folder = try TemporaryFolder()
    let input = try write(folder, fromRoot: fromRoot)
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let out = folder.path("one/two/three/out")
    try FileManager.default.createDirectory(atPath: folder.path("one/two/three"), withIntermediateDirectories: true)
    // Images of one name need those with names that differ: VOC and YOLO write a label file for each.
    let run = try CommandLineRun("convert", input, out, "--to", format, "--images", "copy")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("2 of its images are outside of the set's folder, the first being '"), "\(run.output)")
    let written = try FileManager.default.subpathsOfDirectory(atPath: out)
    #expect(written.filter { $0.hasSuffix(".png") }.count == 3, "\(written)")
    let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { !("one/two/three/out/".hasPrefix($0 + "/") || $0.hasPrefix("one/two/three/out/")) }.sorted()
    #expect(after == before)
  }

  @Test func imagesOfTheSetAreNotMentioned() throws {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 1)
    _ = try folder.writeImage("set/images/a.png", generator: &generator)
    let text = ConvertCommandTests.coco.replacing("a.png", with: "../images/a.png")
    let input = try folder.write(text, to: "set/annotations/in.json")
    let run = try CommandLineRun("convert", input, folder.path("out.csv"), "--to", "csv")
    #expect(run.status == 0, "\(run.errors)")
    #expect(!run.output.contains("outside"), "\(run.output)")
  }
}
