import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct ClassifiedSetAuditorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Each number gives other pixels, by far.
  private func image(_ number: Int, size: ImageSize = ImageSize(width: 8, height: 6)) -> RGBImage {
    RGBImage(
      size: size, pixels: (0..<3 * size.width * size.height).map { UInt8(truncatingIfNeeded: $0 * 37 * (number + 1)) })
  }

  private func write(_ number: Int, to name: String) throws {
    try folder.write(Data(image(number).encodedPNG()), to: name)
  }

  private func audit(_ name: String, against other: String? = nil) throws -> ClassifiedSetAuditReport {
    try ClassifiedSetAuditor(threads: 2).audit(at: folder.path(name), against: other.map(folder.path))
  }

  private func places(_ report: ClassifiedSetAuditReport, _ finding: DatasetFinding) -> [String] {
    report.findings.all.filter { $0.finding == finding }.map {
      $0.place.description.replacing(folder.path + "/", with: "")
    }
  }

  /// Ten of each class, all different.
  private func writeClean(_ name: String = "set", from first: Int = 0) throws {
    for index in 0..<10 {
      try write(first + index, to: "\(name)/cat/\(index).png")
      try write(first + 10 + index, to: "\(name)/owl/\(index).png")
    }
  }

  @Test func aCleanSetHasNothing() throws {
    try writeClean()
    let report = try audit("set")
    #expect(report.findings.all.isEmpty, "\(report.text())")
    #expect(report.findings.totals == "0 errors, 0 warnings, 0 notes")
    #expect(report.set.classCounts == [10, 10] && report.sizes?.distinct == 1)
    #expect(report.sizes?.median == ImageSize(width: 8, height: 6))
  }

  @Test func everyMistakeIsFoundAtOnce() throws {
    try writeClean()
    try write(3, to: "set/cat/again.png")
    // The same pixels as another owl's, in a file of other bytes.
    try folder.write(Data(image(12).encodedPNG()) + [0], to: "set/owl/same.png")
    try write(15, to: "set/cat/owl.png")
    try folder.write("no image", to: "set/owl/broken.png")
    try folder.write(Data(image(40).encodedPNG()).prefix(60), to: "set/owl/short.png")
    try folder.write(Data(image(41, size: ImageSize(width: 1, height: 1)).encodedPNG()), to: "set/owl/dot.png")
    try FileManager.default.createDirectory(atPath: folder.path("set/empty"), withIntermediateDirectories: true)
    try write(50, to: "set/Owl/1.png")
    let report = try audit("set")
    #expect(
      places(report, .identicalFile).contains { $0.contains("set/cat/again.png") || $0.contains("set/cat/3.png") })
    #expect(places(report, .identicalPixels).count == 1)
    #expect(
      places(report, .imageInTwoClasses)
        == [
          "set/owl/5.png: of 'owl', like \(folder.path)/set/cat/owl.png of 'cat'".replacing(folder.path + "/", with: "")
        ])
    #expect(places(report, .unreadableImage).count + places(report, .truncatedImage).count == 2)
    #expect(places(report, .onePixelImage) == ["set/owl/dot.png"])
    #expect(places(report, .emptyClassFolder) == ["set/empty"])
    #expect(places(report, .similarClassNames) == ["'Owl' and 'owl'"])
    #expect(
      places(report, .classOfFewImages).count == 1 && places(report, .classOfFewImages)[0].hasPrefix("'Owl': 1 image, ")
    )
    #expect(report.findings.count(.error) == 6, "\(report.text())")
  }

  @Test func oneClassAloneIsAnError() throws {
    try write(1, to: "set/owl/1.png")
    let report = try audit("set")
    #expect(places(report, .singleClass) == ["set: 'owl'"])
  }

  @Test func foldersOfSplitsAreNoClasses() throws {
    try writeClean("set/train")
    try writeClean("set/val", from: 20)
    let error = #expect(throws: DatasetError.self) { try audit("set") }
    #expect(error?.problem.contains("has folders of splits, train, val, and none of classes") == true)
    #expect(throws: DatasetError.self) { try ClassifiedSet.read(at: folder.path("set")) }
  }

  @Test func anotherSetSharesNoImageAndHasNoOtherClass() throws {
    try writeClean("train")
    try writeClean("val", from: 20)
    try write(4, to: "val/cat/leak.png")
    try write(60, to: "val/bat/1.png")
    let report = try audit("train", against: "val")
    #expect(places(report, .imageInBothSets) == ["train/cat/4.png: like val/cat/leak.png"])
    #expect(places(report, .classOfOtherSetOnly) == ["'bat', of which the other set has 1"])
    #expect(report.findings.count(.error) == 2, "\(report.text())")
  }

  @Test func aTableGoesOnBehindItsMistakes() throws {
    for index in 0..<20 { try write(index, to: "images/\(index).png") }
    let rows = (0..<20).map { "\($0).png,\($0 % 2 == 0 ? "owl" : "cat")\n" }.joined()
    let table = try folder.write("file,class\n\(rows)gone.png,owl\n,cat\n", to: "labels.csv")
    let report = try ClassifiedSetAuditor(threads: 1).audit(at: table)
    #expect(places(report, .missingImage) == ["labels.csv:22: 'gone.png'"])
    #expect(places(report, .malformedLabel) == ["labels.csv:23: has no 'file'; expected the name of an image"])
    #expect(report.set.images.count == 20 && report.findings.count(.error) == 2)
  }

  /// Digits 0 and 2, two images of the same pixels, and no 1.
  @Test func imagesInOneFile() throws {
    var pixels = (0..<4 * 6).map { UInt8(9 * $0) }
    pixels.replaceSubrange(18..<24, with: pixels[0..<6])
    func idx(_ extents: [Int], _ bytes: [UInt8]) -> Data {
      var data = Data([0, 0, 8, UInt8(extents.count)])
      for extent in extents { withUnsafeBytes(of: UInt32(extent).bigEndian) { data.append(contentsOf: $0) } }
      return data + bytes
    }
    try folder.write(idx([4, 2, 3], pixels), to: "a-images-idx3-ubyte")
    try folder.write(idx([4], [2, 0, 2, 2]), to: "a-labels-idx1-ubyte")
    let report = try ClassifiedSetAuditor(threads: 1).audit(at: folder.path)
    #expect(report.set.format == .idx)
    #expect(places(report, .identicalFile) == ["a-images-idx3-ubyte#3: like a-images-idx3-ubyte#0"])
    #expect(places(report, .classWithoutImages) == ["'1'"])
  }

  @Test func theReportIsWrittenAsJSON() throws {
    try writeClean()
    try write(3, to: "set/owl/again.png")
    try audit("set").writeJSON(to: folder.path("audit.json"))
    let text = try folder.text("audit.json")
    #expect(
      text.contains("\"kind\":\"imageInTwoClasses\"") || text.contains("\"kind\" : \"imageInTwoClasses\""), "\(text)")
    #expect(text.contains("a folder per class"))
  }
}
