import Foundation
import Testing

struct AuditCommandTests {
  /// What the reports hold that these tests look at.
  private struct Report: Decodable {
    struct Finding: Decodable, Equatable {
      var kind: String
      var severity: String
      var file: String?
      var annotation: Int?
      var image: String?
      var box: [Double]?
    }
    struct Totals: Decodable {
      var images: Int
      var errors: Int
      var warnings: Int
      var notes: Int
    }
    var findings: [Finding]
    var totals: Totals
  }

  private struct Change: Decodable {
    var action: String
    var reason: String
    var annotation: Int?
    var box: [Double]?
    var newBox: [Double]?
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// A box without area, one that reaches out, and an image that is not there.
  private func spoilt() throws -> AuditFixture {
    var set = try AuditFixture()
    set.addBox("30, 30, 0, 5", id: 7)
    set.addBox("50, 30, 30, 5", id: 8)
    set.addImage(id: 3)
    set.addBox("30, 30, 5, 5", id: 31, image: 3)
    return set
  }

  @Test func everyFindingIsInTheJSON() throws {
    let set = try spoilt()
    let data = try set.write()
    let run = try CommandLineRun("audit", data, "--json", set.folder.path("audit.json"), "--threads", "2")
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("error: 1 × box without area\n  1.png, annotation 7: 30.0 30.0 30.0 35.0\n"))
    #expect(run.output.hasSuffix("\n3 errors, 0 warnings, 0 notes\n"), "\(run.output)")
    let report = try read(Report.self, set.folder.path("audit.json"))
    #expect(report.findings.map(\.kind) == ["zeroAreaBox", "boxClipped", "missingImage"])
    #expect(report.findings.allSatisfy { $0.severity == "error" })
    #expect(report.findings[0].file == data + "/instances.json" && report.findings[0].annotation == 7)
    #expect(report.findings[0].image == data + "/images/1.png")
    #expect(report.findings[1].box == [50, 30, 80, 35])
    #expect(report.totals.errors == 3 && report.totals.warnings == 0 && report.totals.notes == 0)
  }

  @Test func aCleanedCopyHasNoErrorsAndTheSetIsAsBefore() throws {
    let set = try spoilt()
    let data = try set.write()
    let before = try Data(contentsOf: URL(fileURLWithPath: data + "/instances.json"))
    let clean = set.folder.path("clean")
    let run = try CommandLineRun("audit", data, "--clean", clean)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("its images are links"))
    let changes = try read([Change].self, clean + "/changes.json")
    #expect(changes.map(\.action) == ["remove box", "clip box", "remove image"])
    #expect(changes[1].box == [50, 30, 80, 35] && changes[1].newBox == [50, 30, 64, 35])
    #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/instances.json")) == before)
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: clean + "/images/1.png")
    #expect(link == data + "/images/1.png")

    let again = try CommandLineRun("audit", clean)
    #expect(again.status == 0, "\(again.output)\(again.errors)")
    #expect(again.output.contains("2 images, 21 boxes, 2 classes"))
    #expect(try CommandLineRun("audit", data, "--clean", clean).errors.contains("the folder is not empty"))
  }

  @Test func aPatchIsTheListOfChanges() throws {
    let set = try spoilt()
    let patch = set.folder.path("patch.json")
    let run = try CommandLineRun("audit", try set.write(), "--patch", patch)
    #expect(run.status == 1)
    #expect(run.output.contains("3 proposed changes"))
    #expect(try read([Change].self, patch).map(\.reason) == ["zeroAreaBox", "boxClipped", "missingImage"])
  }

  @Test func warningsAloneExitWith0() throws {
    var set = try AuditFixture()
    set.addBox("2.05, 8, 8, 20", id: 8, category: 1)
    let run = try CommandLineRun("audit", try set.write())
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("warning: 1 × box that nearly covers another"), "\(run.output)")
    #expect(run.output.hasSuffix("\n0 errors, 1 warning, 0 notes\n"))
  }

  @Test func twoSetsWithImagesInCommon() throws {
    let (set, other) = (try AuditFixture(), try AuditFixture())
    let run = try CommandLineRun("audit", try set.write(), "--against", try other.write())
    #expect(run.status == 1)
    #expect(run.output.contains("error: 2 × image that is in the other set too"), "\(run.output)")
  }

  @Test func doubtfulBoxesAreNotCleaned() throws {
    var set = try AuditFixture()
    set.annotations = []
    for box in 0..<10 {
      set.addBox("\(2 + 5 * box), 20, \(10 + 5 * box), 50", id: box + 1, image: 1 + box % 2)
    }
    let run = try CommandLineRun("audit", try set.write(), "--patch", set.folder.path("patch.json"))
    #expect(run.status == 65)
    #expect(run.errors.contains("cannot be cleaned: its boxes seem to be written in another form"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: set.folder.path("patch.json")))
  }

  @Test func wrongArgumentsAreRefused() throws {
    let set = try AuditFixture()
    let data = try set.write()
    let none = set.folder.path("none")
    for (arguments, status, words) in [
      ([none], 66, none), ([data, "--against", none], 66, none), ([data, "--images-folder", none], 66, none),
      ([data, "--json", none + "/x.json"], 73, "there is no folder"),
      ([data, "--patch", data + "/patch.json"], 73, "is in the set"),
      ([data, "--clean", data + "/clean"], 73, "is in the set"),
      ([data, "--clean", "x", "--patch", "y"], 64, "leave out --patch"), ([data, "--anchors", "0"], 64, "at least 1"),
      ([data, "--format", "xml"], 64, "--format"), ([data + "/images"], 65, "found neither VOC"),
    ] as [([String], Int32, String)] {
      let run = try CommandLineRun(["audit"] + arguments)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
    }
  }
}
