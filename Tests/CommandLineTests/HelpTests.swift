import Foundation
import Testing

/// Help texts are compared with `Help/*.txt`; `PEREGRINE_UPDATE_HELP=1` writes those files anew.
struct HelpTests {
  @Test(
    arguments: [
      "peregrine", "train", "detect", "classify", "segment", "panoptic", "evaluate", "compare", "merge",
      "explain-map", "audit", "convert", "inspect", "filter", "trace", "visualize", "benchmark", "benchmark network",
      "benchmark components",
      "benchmark roi-align", "benchmark rates", "synthesize", "pack", "quantize",
      "export", "verify", "import", "import darknet", "import pytorch",
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

  @Test(arguments: [
    ("detcet", "unknown command 'detcet'; did you mean 'detect'?"), ("help evalaute", "did you mean 'evaluate'?"),
    ("import darknt", "unknown command 'darknt'; did you mean 'darknet'?"),
    ("help import nonsense", "expected one of darknet,"),
    ("help nonsense", "unknown command 'nonsense'; expected one of train, detect,"),
    ("merge part --jsn x", "Did you mean '--json'?"),
  ])
  func anUnknownNameIsRefused(words: String, sentence: String) throws {
    let run = try CommandLineRun(words.split(separator: " ").map(String.init))
    #expect(run.status == 64)
    #expect(run.errors.contains(sentence), "\(run.errors)")
    #expect(!run.errors.contains("peak-memory"))
    #expect(run.output.isEmpty)
  }

  @Test func helpOfACommandIsItsOption() throws {
    let help = try CommandLineRun("help", "import", "darknet")
    #expect(try help.output == CommandLineRun("import", "darknet", "--help").output)
  }
}
