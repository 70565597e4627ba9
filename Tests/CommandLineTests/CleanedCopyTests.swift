import FolderTesting
import Foundation
import Testing

/// `audit --clean` gives a whole copy or none, so that a run that was killed can be repeated.
struct CleanedCopyTests {
  @Test func aRerunAfterAKillIsAccepted() throws {
    var set = try AuditFixture()
    for id in 100..<160 {
      set.addImage(id: id, name: "\(id).png")
      try FileManager.default.copyItem(
        atPath: set.folder.path("data/images/1.png"), toPath: set.folder.path("data/images/\(id).png"))
    }
    let data = try set.write()
    let clean = set.folder.path("clean")
    for wait in stride(from: 0.05, through: 0.6, by: 0.05) {
      let process = Process()
      process.executableURL = try CommandLineRun.executable()
      process.arguments = ["audit", data, "--clean", clean, "--threads", "1"]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      Thread.sleep(forTimeInterval: wait)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: clean) else { continue }
      // Where it is, it is whole.
      #expect(FileManager.default.fileExists(atPath: clean + "/changes.json"))
      try FileManager.default.removeItem(atPath: clean)
    }
    // What a run leaves that dies in the middle of its copy.
    try set.folder.write("{", to: ".peregrine-4711-0.partial/instances.json")
    let run = try CommandLineRun("audit", data, "--clean", clean)
    #expect(run.errors.isEmpty && run.output.contains("The cleaned copy is in \(clean)"), "\(run.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: clean).sorted() == [
        "changes.json", "images", "instances.json",
      ])
    #expect(set.folder.names == ["clean", "data"])
  }

  @Test func theFoldersAroundItAreMade() throws {
    let set = try AuditFixture()
    let data = try set.write()
    let clean = set.folder.path("new/clean")
    let run = try CommandLineRun("audit", data, "--clean", clean)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: set.folder.path("new")) == ["clean"])
  }
}
