import FolderTesting
import Foundation
import Testing

/// A FIFO among the files of a set, whose reader would wait for ever, and a link to a device that never ends.
struct SpecialFileTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.writeDataset(count: 2)
    try #require(mkfifo(data + "/images/a.jpg", 0o600) == 0)
    try folder.link("data/images/b.png", to: "/dev/zero")
    for name in ["a", "b"] { _ = try folder.write("0 0.5 0.5 0.1 0.1\n", to: "data/labels/\(name).txt") }
  }

  @Test func detectNamesItAndGoesOn() throws {
    let model = try folder.writeModel()
    let run = try CommandLineRun(shell: "peregrine detect '\(data)/images' --model '\(model)'")
    #expect(run.status == 1)
    #expect(run.errors.contains("\(data)/images/a.jpg: is a FIFO; expected a regular file\n"), "\(run.errors)")
    #expect(run.errors.contains("\(data)/images/b.png: is a device; expected a regular file\n"))
    #expect(run.errors.contains("2 of 4 images failed") && run.output.contains("100.png (64×64)"))
  }

  @Test(arguments: ["audit DATA", "convert DATA out --to csv", "convert DATA out --to yolo --images copy"])
  func setsLeaveItOut(line: String) throws {
    let run = try CommandLineRun(
      shell: "peregrine " + line.replacingOccurrences(of: "DATA", with: data), folder: folder.path)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("a.jpg: is a FIFO") && run.output.contains("b.png: is a device"), "\(run.output)")
  }

  @Test func aLabelFileIsNamed() throws {
    for name in ["a.jpg", "b.png"] { unlink(data + "/images/" + name) }
    unlink(data + "/labels/100.txt")
    try #require(mkfifo(data + "/labels/100.txt", 0o600) == 0)
    for command in ["convert '\(data)' out --to csv", "audit '\(data)'"] {
      let run = try CommandLineRun(shell: "peregrine " + command, folder: folder.path)
      #expect(run.status == 65 && run.errors.contains("100.txt: is a FIFO; expected a regular file"), "\(run.errors)")
    }
  }

  /// What a shell makes of `<(…)` is named on purpose.
  @Test func aPipeOfTheShellIsRead() throws {
    let model = try folder.writeModel()
    let run = try CommandLineRun(shell: "peregrine detect <(cat '\(data)/images/100.png') --model '\(model)'")
    #expect(run.status == 0 && run.output.contains("(64×64)"), "\(run.errors)")
  }
}
