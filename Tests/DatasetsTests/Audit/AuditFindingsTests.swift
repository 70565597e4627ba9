import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Every kind of finding, each with a fixture that has it and nothing else.
struct AuditFindingsTests {
  static let cases = AuditCase.boxes + AuditCase.images + AuditCase.wholeSets
  /// Those of sets with one class an image, which `ClassifiedSetAuditorTests` looks at.
  private static let ofClasses: Set<DatasetFinding> = [
    .emptyClassFolder, .singleClass, .imageInTwoClasses, .classOfOtherSetOnly, .classWithoutImages, .classOfFewImages,
    .onePixelImage,
  ]
  /// Of two sets, or of the splits of a `data.yaml`, which `LayoutTests` have.
  static let against: Set<DatasetFinding> = [.imageInBothSets, .similarImageInBothSets, .imageInTwoSplits]

  /// Of label maps, which `SegmentedSetAuditorTests` have.
  static let ofPixels: Set<DatasetFinding> = [
    .unlistedLabelValue, .blendedLabels, .lossyLabels, .labelSizeMismatch, .suspectedBlend, .ignoredLabels,
    .classWithoutPixels, .classOfFewPixels,
  ]

  @Test("a set without a fault has no finding", arguments: ["coco", "yolo", "voc"])
  func clean(format: String) throws {
    let set = try AuditSet(TemporaryFolder())
    switch format {
    case "coco": try set.writeCOCO()
    case "yolo": try set.writeYOLO()
    default: try set.writeVOC()
    }
    let report = try DatasetAuditor(threads: 2).audit(at: set.folder.path)
    #expect(report.entries == [], "\(report.text())")
    #expect(report.format.rawValue == format)
    #expect(report.dataset.objectCount == 24)
    #expect(report.text() == "")
    #expect(report.totals == "0 errors, 0 warnings, 0 notes")
  }

  @Test("each kind is found, at its place, and alone", arguments: cases)
  func found(_ test: AuditCase) throws {
    var set = try AuditSet(TemporaryFolder())
    try test.make(&set)
    let before = try contents(of: set.folder)
    let report = try DatasetAuditor(threads: 2).audit(at: set.folder.path)
    #expect(report.counts == test.besides.merging([test.finding: 1]) { $1 }, "\(report.text())")
    let entry = try #require(report.entries.first { $0.finding == test.finding })
    if let file = test.file { #expect(entry.place.file?.hasSuffix(file) == true, "\(entry.place)") }
    #expect(entry.place.line == test.line)
    #expect(entry.place.annotationID == test.annotation || test.annotation == nil)
    if let detail = test.detail { #expect(entry.place.detail?.contains(detail) == true, "\(entry.place)") }
    #expect(report.count(test.finding.severity) >= 1)
    #expect(report.text().contains("\(test.finding.severity): 1 × \(test.finding.explanation)"))
    #expect(report.text(notesListed: .max).contains("\n  \(entry.place)"))
    #expect(try contents(of: set.folder) == before)
  }

  @Test("no kind is without a fixture")
  func allKinds() {
    let found = Set(Self.cases.map(\.finding)).union(Self.against).union(Self.ofClasses).union(Self.ofPixels)
    #expect(found == Set(DatasetFinding.allCases))
  }

  @Test("images that two sets have in common, by pixels and by looks")
  func twoSets() throws {
    let set = try AuditSet(TemporaryFolder())
    try set.writeCOCO()
    let other = try AuditSet(TemporaryFolder())
    try other.folder.write(AuditSet.pattern(seed: 7), to: "images/a.png")
    try other.writeCOCO()
    let auditor = DatasetAuditor(threads: 2)
    let report = try auditor.audit(at: set.folder.path, against: other.folder.path)
    #expect(report.counts == [.imageInBothSets: 1], "\(report.text())")
    #expect(report.entries[0].place.file == set.folder.path("images/b.png"))
    #expect(report.entries[0].place.detail == "like " + other.folder.path("images/b.png"))

    let twice = ImageSize(width: 200, height: 160)
    try other.folder.write(AuditSet.pattern(seed: 1).resized(to: twice), to: "images/b.png")
    let similar = try auditor.audit(at: set.folder.path, against: other.folder.path)
    #expect(similar.counts == [.similarImageInBothSets: 1], "\(similar.text())")
  }

  @Test("what cannot be read at all is an error")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetError.self) { try DatasetAuditor().audit(at: folder.path) }
    #expect(throws: DatasetError.self) { try DatasetAuditor().audit(at: folder.path("none")) }
    let broken = try folder.write("{\"images\": [],\n\"annotations\": [{\"bbox\": [1, 2, 3, 4],}]}", to: "x.json")
    let error = try #require(throws: DatasetError.self) { try DatasetAuditor().audit(at: broken) }
    #expect((error.line, error.column, error.byteOffset) == (2, 39, 53))
    #expect(error.description == "\(broken):2:39: not JSON: expected a key in quotes (byte 53)")
  }

  @Test("labels are examined where the images are missing")
  func withoutImages() throws {
    var set = try AuditSet(TemporaryFolder())
    set.annotations.append(AuditSet.annotation(id: 9, "90, 10, 20, 5"))
    try set.writeCOCO()
    try FileManager.default.removeItem(atPath: set.folder.path("images"))
    let report = try DatasetAuditor().audit(at: set.folder.path("instances.json"))
    #expect(report.counts == [.missingImage: 2, .boxClipped: 1])
  }

  private func contents(of folder: TemporaryFolder) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      files[name] = FileManager.default.contents(atPath: folder.path(name))
    }
    return files
  }
}
