import Foundation
import ImageCodecs
import Testing

/// The bad inputs of the audit: `evaluate` names each or refuses it, and `audit` exits with 1.
struct AuditEvaluateTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Of `evaluate`: 0 where it says what it did about it, 1 where it left an image out, 65 where it refuses.
    var status: Int32 = 0
    /// Of `audit`.
    var auditStatus: Int32 = 1
    /// What both say; `evaluate` also names the place.
    let words: String
    var place = "annotation 7"
    let spoil: @Sendable (inout AuditFixture) throws -> Void
  }

  static let cases: [Case] = [
    Case(testDescription: "id 0", words: "annotation with the id 0", place: "1.png, annotation 0") {
      $0.addBox("30, 30, 5, 5", id: 0)
    },
    Case(testDescription: "id twice", words: "annotation with the id of another", place: "annotation 15") {
      $0.addBox("30, 30, 5, 5", id: 15, image: 2)
    },
    Case(
      testDescription: "NaN", status: 65, auditStatus: 1, words: "NaN is not JSON; expected a finite number",
      place: "instances.json:26"
    ) { $0.addBox("NaN, 30, 5, 5") },
    Case(testDescription: "negative width", words: "box whose right or lower side comes first") {
      $0.addBox("30, 30, -5, 5")
    },
    Case(testDescription: "no area", words: "box without area") { $0.addBox("30, 30, 0, 5") },
    Case(testDescription: "outside", words: "box entirely outside its image") { $0.addBox("70, 30, 5, 5") },
    Case(testDescription: "reaching out", words: "box reaching out of its image") { $0.addBox("50, 30, 30, 5") },
    Case(testDescription: "duplicate", words: "second label of the same class and box") {
      $0.addBox("2, 8, 8, 20", id: 7, category: 1)
    },
    Case(testDescription: "unknown category", words: "label with a class index that has no name") {
      $0.addBox("30, 30, 5, 5", category: 90)
    },
    Case(testDescription: "orphan annotation", words: "label file or annotation without image", place: "no image 9") {
      $0.addBox("30, 30, 5, 5", image: 9)
    },
    Case(
      testDescription: "corners for sizes", words: "boxes that seem to be written in another form",
      place: "as 'x1 y1 x2 y2' all fit"
    ) { set in
      set.annotations = []
      for box in 0..<20 {
        let (x, y) = (2 + 12 * (box % 5), 8 + 30 * (box / 5 % 2))
        set.addBox("\(x), \(y), \(x + 8), \(y + 20)", id: box + 1, image: 1 + box / 10)
      }
    },
    Case(
      testDescription: "image id twice", status: 65, words: "the id 2 stands twice", place: "instances.json"
    ) { $0.addImage(id: 2, name: "1.png") },
    Case(testDescription: "image listed twice", words: "image listed twice", place: "instances.json") {
      $0.addImage(id: 3, name: "1.png")
    },
    Case(testDescription: "missing image", words: "image listed but not there", place: "images/3.png") {
      $0.addImage(id: 3)
    },
    Case(testDescription: "unreadable image", words: "image file that cannot be read", place: "images/3.png") {
      _ = try $0.folder.write("no image", to: "data/images/3.png")
      $0.addImage(id: 3)
    },
    Case(testDescription: "truncated image", status: 1, words: "truncated", place: "images/3.jpg") { set in
      let pixels = (0..<3 * 64 * 64).map { UInt8($0 * 37 % 256) }
      let bytes = try RGBImage(size: ImageSize(width: 64, height: 64), pixels: pixels).encodedJPEG()
      try Data(bytes[..<(bytes.count - 20)]).write(to: URL(fileURLWithPath: set.folder.path("data/images/3.jpg")))
      set.addImage(id: 3, name: "3.jpg")
    },
    Case(testDescription: "wrong size", words: "image whose size is not the one", place: "is 64×64, its labels say") {
      $0.images[0] = $0.images[0].replacingOccurrences(of: #""width": 64"#, with: #""width": 32"#)
    },
  ]

  @Test("evaluate names or refuses it, audit finds it", arguments: cases)
  func isNotAcceptedInSilence(_ test: Case) throws {
    var set = try AuditFixture()
    try test.spoil(&set)
    let data = try set.write()
    let audit = try CommandLineRun("audit", data)
    #expect(audit.status == test.auditStatus, "\(audit.output)\(audit.errors)")
    #expect((audit.output + audit.errors).contains(test.words), "\(audit.output)\(audit.errors)")

    let model = try set.folder.writeModel()
    let evaluation = try CommandLineRun("evaluate", "--model", model, "--data", data)
    let said = evaluation.output + evaluation.errors
    #expect(evaluation.status == test.status, "\(said)")
    #expect(said.contains(test.words) && said.contains(test.place), "\(said)")
  }

  @Test func aSetWithoutFaultIsEvaluatedWithoutAWord() throws {
    let set = try AuditFixture()
    let data = try set.write()
    let audit = try CommandLineRun("audit", data)
    #expect(audit.status == 0, "\(audit.errors)")
    #expect(audit.output.hasSuffix("\n0 errors, 0 warnings, 0 notes\n"), "\(audit.output)")
    let evaluation = try CommandLineRun("evaluate", "--model", set.folder.writeModel(), "--data", data)
    #expect(evaluation.status == 0)
    #expect(!evaluation.output.contains("mistake"), "\(evaluation.output)")
  }
}
