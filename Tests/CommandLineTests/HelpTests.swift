import Foundation
import Testing

/// Help texts are compared with `Help/*.txt`; `PEREGRINE_UPDATE_HELP=1` writes those files anew.
struct HelpTests {
  @Test(
    arguments: [
      "peregrine", "train", "detect", "evaluate", "compare", "merge", "explain-map", "audit", "convert", "inspect",
      "benchmark", "synthesize", "pack", "quantize", "export", "verify", "import", "import darknet", "import pytorch",
      "import safetensors",
    ])
  func helpIsAsStored(command: String) throws {
    let words = command == "peregrine" ? [] : command.split(separator: " ").map(String.init)
    let run = try CommandLineRun(words + ["--help"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let stored = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Help/\(command.replacing(" ", with: "-")).txt")
    if ProcessInfo.processInfo.environment["PEREGRINE_UPDATE_HELP"] != nil {
      try Data(run.output.utf8).write(to: stored)
    }
    #expect(try run.output == String(contentsOf: stored, encoding: .utf8))
  }

  @Test func versionIsANumber() throws {
    let run = try CommandLineRun("--version")
    #expect(run.status == 0)
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(run.output)")
  }

  @Test func anUnknownCommandIsRefused() throws {
    let run = try CommandLineRun("detekt")
    #expect(run.status == 64)
    #expect(run.errors.contains("detekt"))
  }
}
