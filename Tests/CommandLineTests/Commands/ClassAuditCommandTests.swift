import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// `audit` of images with one class each.
struct ClassAuditCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (place, name) in ["cat", "owl"].enumerated() {
      for index in 0..<10 {
        var image = RGBImage(size: ImageSize(width: 32, height: 24), color: (90, 90, 90))
        image.fillRectangle(x: 2 * index, y: 10 * place, width: 9, height: 9, color: .white)
        try folder.write(image, to: "set/\(name)/\(index).png")
      }
    }
  }

  @Test func aCleanSet() throws {
    let run = try CommandLineRun("audit", folder.path("set"), "--json", folder.path("audit.json"))
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    #expect(run.output.contains("(a folder per class): 20 images, 2 classes"))
    #expect(run.output.contains("all images are 32×24\n0 errors, 0 warnings, 0 notes\n"), "\(run.output)")
    #expect(try folder.text("audit.json").contains("\"smallest\""))
  }

  @Test func mistakesEndWithOne() throws {
    _ = try folder.write("no image", to: "set/owl/broken.png")
    try FileManager.default.createDirectory(atPath: folder.path("set/bat"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder.path("set/owl/3.png"), toPath: folder.path("set/cat/x.png"))
    let run = try CommandLineRun("audit", folder.path("set"))
    #expect(run.status == 1)
    for sentence in [
      "error: 1 × image file that cannot be read",
      "error: 1 × folder of a class without an image in it\n  \(folder.path)/set/bat",
      "error: 1 × image that is in another class too", "3 errors, 0 warnings, 0 notes",
    ] { #expect(run.output.contains(sentence), "\(run.output)") }
  }

  @Test func changesAreForBoxesAlone() throws {
    let run = try CommandLineRun("audit", folder.path("set"), "--clean", folder.path("clean"))
    #expect(run.status == 64 && run.errors.contains("--clean and --patch are for labels with boxes"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("clean")))
    let inside = try CommandLineRun("audit", folder.path("set"), "--json", folder.path("set/audit.json"))
    #expect(inside.status == 73 && inside.errors.contains("it is in the set"), "\(inside.errors)")
  }
}
