import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct SegmentedSetAuditorTests {
  private let folder: TemporaryFolder
  private let size = ImageSize(width: 10, height: 10)

  /// A good pair `0`, and a list of three classes.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "value,name,r,g,b,ignored\n0,sky,0,0,255,0\n100,road,90,90,90,0\n7,car,255,0,0,0\n9,rest,0,0,0,1\n",
      to: "set/classes.csv")
    try pair("0") { x, y in y == 0 ? 9 : x == 9 ? 7 : x < 5 ? 0 : 100 }
  }

  /// An image of its own shade, and its labels.
  private func pair(_ name: String, _ label: (Int, Int) -> UInt8) throws {
    try image(name)
    var map = LabelMap(size: size)
    for y in 0..<10 { for x in 0..<10 { map[x, y] = label(x, y) } }
    try folder.write(Data(map.encodedPNG(palette: [])), to: "set/labels/\(name).png")
  }

  private func image(_ name: String) throws {
    var image = RGBImage(size: size, color: (40, 40, 40))
    for (place, byte) in name.utf8.enumerated() {
      image.fillRectangle(
        x: 2 * place, y: 0, width: 2, height: 10, color: RGBColor(red: byte &* 37, green: byte, blue: byte &* 11))
    }
    try folder.write(image, to: "set/images/\(name).png")
  }

  private func audit() throws -> SegmentedSetAuditReport {
    try SegmentedSetAuditor(threads: 2).audit(at: folder.path("set"))
  }

  private func details(_ finding: DatasetFinding, in report: SegmentedSetAuditReport) -> [String] {
    report.findings.all.filter { $0.finding == finding }.map {
      ($0.place.file.map { FileManager.default.displayName(atPath: $0) + ": " } ?? "") + ($0.place.detail ?? "")
    }
  }

  @Test func aGoodSetHasNoFindings() throws {
    let report = try audit()
    #expect(report.findings.all.isEmpty, "\(report.text())")
    #expect(report.classes.map(\.pixels) == [45, 36, 9] && report.classes.map(\.images) == [1, 1, 1])
    #expect(report.classes.map(\.share) == [0.5, 0.4, 0.1] && report.ignoredPixels == 10)
    #expect(report.format == .folders && report.imageCount == 1 && report.sizes?.distinct == 1)
  }

  @Test func valuesThatTheListLacksAreNamed() throws {
    try pair("1") { x, y in (x, y) == (4, 2) || (x, y) == (2, 5) ? 8 : (x, y) == (0, 9) ? 33 : 0 }
    let report = try audit()
    #expect(
      details(.unlistedLabelValue, in: report) == [
        "1.png: values 8 (2 pixels, the first in column 4, row 2), 33 (1 pixel, the first in column 0, row 9)"
      ])
    #expect(report.findings.count(.error) == 1)
  }

  /// Sky and road with a smooth edge of a column between them.
  @Test func valuesBetweenTwoClassesAreToldApart() throws {
    try pair("1") { x, _ in x < 5 ? 0 : x == 5 ? 50 : 100 }
    // Here the value between them is that of a class.
    try pair("2") { x, _ in x < 5 ? 0 : x == 5 ? 7 : 100 }
    let report = try audit()
    #expect(
      details(.blendedLabels, in: report) == [
        "1.png: value 50 (10 pixels, the first in column 5, row 0); 10 of 10 such pixels lie between two others"
      ])
    #expect(
      details(.suspectedBlend, in: report) == ["2.png: value 7 'car' (10 pixels, the first in column 5, row 0)"])
    #expect(report.findings.count(.error) == 1 && report.findings.count(.warning) == 1)
  }

  @Test func coloursBetweenTwoClassesAreToldApart() throws {
    try image("1")
    var labels = RGBImage(size: size, color: (0, 0, 255))
    labels.fillRectangle(x: 5, y: 0, width: 1, height: 10, color: RGBColor(red: 45, green: 45, blue: 170))
    labels.fillRectangle(x: 6, y: 0, width: 4, height: 10, color: RGBColor(red: 90, green: 90, blue: 90))
    try folder.write(labels, to: "set/labels/1.png")
    let found = try details(.blendedLabels, in: audit())
    #expect(found.count == 1 && found[0].hasPrefix("1.png: colour 45 45 170 (10 pixels"), "\(found)")
  }

  @Test func filesThatCannotBeLabelsAreNamed() throws {
    for name in ["1", "2", "3", "4"] { try image(name) }
    try folder.write(Data(RGBImage(size: size, color: (9, 9, 9)).encodedJPEG()), to: "set/labels/1.png")
    try folder.write(Data([1, 2, 3]), to: "set/labels/2.png")
    let small = LabelMap(size: ImageSize(width: 5, height: 10), repeating: 0)
    try folder.write(Data(small.encodedPNG(palette: [])), to: "set/labels/3.png")
    try folder.write(Data(LabelMap(size: size, repeating: 255).encodedPNG(palette: [])), to: "set/labels/4.png")
    let report = try audit()
    #expect(
      details(.lossyLabels, in: report).first?.hasPrefix("1.png: is JPEG; expected PNG") == true, "\(report.text())")
    #expect(details(.malformedLabel, in: report).first?.hasPrefix("2.png: cannot be read as labels") == true)
    #expect(details(.labelSizeMismatch, in: report) == ["3.png: is 5×10, its image is 10×10"])
    #expect(details(.ignoredLabels, in: report) == ["4.png: 10×10"])
    #expect(report.findings.count(.error) == 3)
  }

  @Test func missingFilesRepeatsAndRareClasses() throws {
    try image("alone")
    try folder.write(
      Data(LabelMap(size: size, repeating: 0).encodedPNG(palette: [])), to: "set/labels/lost.png")
    try FileManager.default.copyItem(atPath: folder.path("set/images/0.png"), toPath: folder.path("set/images/9.png"))
    try folder.write(Data(LabelMap(size: size, repeating: 0).encodedPNG(palette: [])), to: "set/labels/9.png")
    let report = try audit()
    #expect(details(.labelsWithoutImage, in: report).count == 1 && details(.imageWithoutLabels, in: report).count == 1)
    #expect(details(.identicalFile, in: report).count == 1)
    try folder.write("value,name\n0,sky\n100,road\n7,car\n9,bird\n50,dog\n", to: "set/classes.csv")
    #expect(try details(.classWithoutPixels, in: audit()) == ["'dog'"])
  }

  @Test func classesOfFewPixelsAreNamed() throws {
    try pair("0") { x, y in y == 0 ? 100 : (x, y) == (3, 3) || (x, y) == (4, 3) ? 7 : 0 }
    for number in 1...20 { try pair("\(number)") { _, _ in 0 } }
    #expect(try details(.classOfFewPixels, in: audit()) == ["'car' (7): 2 pixels, 0.095 %"])
  }

  @Test func theReportIsWritten() throws {
    try pair("1") { _, _ in 8 }
    try audit().writeJSON(to: folder.path("audit.json"))
    let text = try folder.text("audit.json")
    #expect(text.contains("\"unlistedLabelValue\"") && text.contains("\"pixels\""), "\(text)")
  }
}
