import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// What `detect` says of files that are not what they are called, or of a kind that is not read.
struct ImageKindsTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
  }

  private func writeImage(_ name: String) throws {
    var generator = SeededGenerator(seed: 3)
    let image = try folder.writeImage("made.png", generator: &generator).path
    let target = folder.path(name)
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: image, toPath: target)
  }

  @Test func aMisnamedFileIsReadAndNamedOnce() throws {
    try writeImage("images/a.jpg")
    try writeImage("images/b.PNG")
    let run = try CommandLineRun("detect", folder.path("images"), "--model", model)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("a.jpg (64×64)") && run.output.contains("b.PNG (64×64)"))
    let path = folder.path("images/a.jpg")
    #expect(run.errors == "peregrine: 1 file read by content, not by name: \(path) is PNG, but called .jpg\n")
  }

  @Test func kindsThatAreNotReadAreCounted() throws {
    try writeImage("images/a.png")
    // The content decides.
    try writeImage("images/b.gif")
    for name in ["c.heic", "d.HEIC", "e.gif", "notes.txt"] { _ = try folder.write("GIF89a", to: "images/" + name) }
    let run = try CommandLineRun("detect", folder.path("images"), "--model", model)
    #expect(run.status == 1)
    #expect(run.output.contains("a.png (64×64)") && run.output.contains("b.gif (64×64)"))
    #expect(run.errors.contains("peregrine: 3 files of kinds that are not read: .heic 2, .gif 1\n"), "\(run.errors)")
    #expect(run.errors.contains("d.HEIC: is GIF, which is not read; expected JPEG, PNG, WebP, TIFF or BMP\n"))
    #expect(run.errors.contains("3 of 5 images failed"))
    #expect(!run.errors.contains("notes.txt"))
  }

  @Test func imagesOfASetThatAreLeftOutAreNamed() throws {
    let data = try folder.writeDataset(count: 2)
    _ = try folder.write("GIF89a", to: "data/images/x.heic")
    _ = try folder.write("0 0.5 0.5 0.1 0.1\n", to: "data/labels/x.txt")
    let run = try CommandLineRun("detect", "--data", data, "--model", model)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("100.png (64×64)") && run.output.contains("101.png (64×64)"))
    #expect(run.errors.contains("peregrine: 1 × image file that cannot be read, left out:\n"))
    #expect(run.errors.contains("images/x.heic: is GIF, which is not read"), "\(run.errors)")
  }

  @Test func linkedFoldersAreFollowed() throws {
    try writeImage("elsewhere/a.png")
    try writeImage("images/b.png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("images/linked"), withDestinationPath: folder.path("elsewhere"))
    let run = try CommandLineRun("detect", folder.path("images"), "--model", model)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("images/linked/a.png (64×64)"))
  }

  /// 12000 × 9000 pixels of one bit in a BMP.
  @Test func aPhotographOf108MillionPixels() throws {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    let header =
      Array("BM".utf8) + number(0) + number(0) + number(62) + number(40) + number(12_000) + number(9_000)
      + [1, 0, 1, 0] + [UInt8](repeating: 0, count: 24) + number(0) + number(0xFF_FFFF)
    try Data(header + [UInt8](repeating: 0x0F, count: 1500 * 9000)).write(to: URL(filePath: folder.path("big.bmp")))
    let drawn = folder.path("drawn")
    let run = try CommandLineRun("detect", folder.path("big.bmp"), "--model", model, "--annotate", drawn)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("big.bmp (12000×9000)"))
    #expect(try ImageHeader.read(drawn + "/big.jpg").size == ImageSize(width: 6000, height: 4500))
  }
}
