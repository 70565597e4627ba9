import FolderTesting
import Foundation
import Testing

struct TrainingThreadsTests {
  @Test func resumingWithAnotherNumberOfThreadsIsSaid() throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset())
    let limited = try folder.write(
      String(contentsOfFile: configuration, encoding: .utf8).replacing(
        "  seed: 3", with: "  seed: 3\n  maximumMinutes: 1e-9"), to: "limited.yaml")
    let arguments = ["--data", data, "--output", folder.path("run"), "--threads"]
    let first = try CommandLineRun(["train", limited] + arguments + ["1"])
    #expect(first.status == 0, "\(first.errors)")
    let same = try CommandLineRun(["train", limited] + arguments + ["1", "--resume"])
    #expect(same.status == 0 && !same.errors.contains("warning"), "\(same.errors)")
    let other = try CommandLineRun(["train", configuration] + arguments + ["2", "--resume"])
    #expect(other.status == 0)
    #expect(other.errors.contains("warning: the run used 1 threads and goes on with 2"), "\(other.errors)")
  }
}
