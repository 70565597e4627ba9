import FolderTesting
import Foundation
import Testing

/// A terminal that is closed while a network is trained.
struct HangUpTests {
  @Test(arguments: ["HUP", "TERM", "INT"])
  func trainingLeavesACheckpoint(signal: String) throws {
    let folder = try TemporaryFolder()
    let data = try folder.writeDataset(count: 8)
    _ = try folder.writeConfiguration()
    _ = try folder.write(folder.text("tiny.yaml").replacing("epochs: 2", with: "epochs: 10000"), to: "tiny.yaml")
    // Standard output and error are gone, as those of a closed terminal are.
    let run = try CommandLineRun(
      shell: """
        "$PEREGRINE" train tiny.yaml --data '\(data)' --output run >/dev/full 2>/dev/full &
        for n in {1..600}; do [ -s run/log.csv ] && break; sleep 0.1; done
        kill -\(signal) $!; sleep 0.01; [ \(signal) = HUP ] && kill -HUP $! 2>/dev/null
        wait $!
        """, folder: folder.path)
    #expect(run.status == 130)
    #expect(FileManager.default.fileExists(atPath: folder.path("run/checkpoints/last.safetensors")))
    let remains = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".partial") }
    #expect(remains.isEmpty)
  }
}
