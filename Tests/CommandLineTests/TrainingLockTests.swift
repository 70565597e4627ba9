import FolderTesting
import Foundation
import Testing

/// One training folder belongs to one run at a time.
struct TrainingLockTests {
  @Test func aSecondRunIntoTheSameFolderIs75() throws {
    let folder = try TemporaryFolder()
    let data = try folder.writeDataset()
    let text = try String(contentsOfFile: folder.writeConfiguration(), encoding: .utf8)
    let configuration = try folder.write(text.replacing("epochs: 2", with: "epochs: 100000"), to: "long.yaml")
    let output = folder.path("run")
    let arguments = ["train", configuration, "--data", data, "--output", output, "--threads", "1"]
    let first = Process()
    first.executableURL = try CommandLineRun.executable()
    first.arguments = arguments
    first.standardOutput = FileHandle.nullDevice
    first.standardError = FileHandle.nullDevice
    try first.run()
    defer {
      first.terminate()
      first.waitUntilExit()
    }
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: output + "/checkpoints/last.safetensors") {
      Thread.sleep(forTimeInterval: 0.1)
    }
    for extra in [[], ["--resume"]] {
      let second = try CommandLineRun(arguments + extra)
      #expect(second.status == 75, "\(second.errors)")
      #expect(second.errors.contains("\(output): another run trains into this folder at the moment"))
    }
    #expect(first.isRunning)
    // A run that was killed holds nothing.
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    let short = try folder.writeConfiguration()
    let third = try CommandLineRun("train", short, "--data", data, "--output", output, "--resume", "--threads", "1")
    #expect(third.status == 65 && third.errors.contains("other settings"), "\(third.errors)")
    #expect(!FileManager.default.fileExists(atPath: output + "/.lock"))
  }
}
