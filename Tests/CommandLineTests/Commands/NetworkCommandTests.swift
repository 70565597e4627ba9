import FolderTesting
import Foundation
import NetworkPlans
import Testing

/// `inspect` and `benchmark`.
struct NetworkCommandTests {
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    configuration = try folder.writeConfiguration()
  }

  @Test func inspectShowsEveryLayer() throws {
    let run = try CommandLineRun("inspect", configuration, "--classes", "2")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("layer"))
    #expect(run.output.contains("receptive field"))
    let stem = run.output.split(separator: "\n").first { $0.hasPrefix("backbone.body.conv1 ") }
    // 16 · 3 · 7 · 7 weights, 2 · 2,352 operations on each of 32 × 32 places.
    #expect(stem?.contains("16×32×32") == true && stem?.contains(" 2352 ") == true && stem?.contains("4.8") == true)
    #expect(run.output.contains("GFLOP per image of 64×64"))
    let larger = try CommandLineRun("inspect", configuration, "--size", "96")
    #expect(larger.output.contains("GFLOP per image of 96×96"))
  }

  @Test(arguments: [[], ["--training", "--batch", "2"]])
  func benchmarkWritesATableAndJSON(arguments: [String]) throws {
    let json = folder.path("times.json")
    let run = try CommandLineRun(
      ["benchmark", configuration, "--runs", "2", "--classes", "2", "--threads", "1", "--json", json] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("layer"))
    #expect(run.output.contains(arguments.isEmpty ? "inference, input" : "training step, input"))
    #expect(run.output.contains("median ") && run.output.contains("images/s"))
    let result = try JSONDecoder().decode(NetworkBenchmark.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
    #expect(result.runs == 2 && result.threads == 1)
    #expect(result.steps.count > 20)
    #expect(result.fastestMilliseconds > 0 && result.fastestMilliseconds <= result.medianMilliseconds)
    #expect(result.gigaflops > 0)
  }

  @Test func benchmarkWritesTheNetworkAsONNX() throws {
    let file = folder.path("network.onnx")
    let arguments = ["benchmark", "network", configuration, "--runs", "1", "--classes", "2", "--export-onnx", file]
    let run = try CommandLineRun(arguments)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\(file): the same network and weights, input "))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count > 10_000)
    let both = try CommandLineRun(arguments + ["--image", "photo.jpg"])
    #expect(both.status == 64 && both.errors.contains("--export-onnx goes without --image"), "\(both.errors)")
  }

  @Test(arguments: ["inspect", "benchmark"])
  func wrongUsageIs64(command: String) throws {
    for arguments in [["--classes", "0"], ["--size", "0"], ["--size", "big"]] {
      let run = try CommandLineRun([command, configuration] + arguments)
      #expect(run.status == 64, "\(arguments)")
    }
  }

  @Test(arguments: ["inspect", "benchmark"])
  func missingInputIs66(command: String) throws {
    for name in ["none.yaml", "none.safetensors", "resnet19"] {
      let run = try CommandLineRun(command, folder.path(name))
      #expect(run.status == 66, "\(name): \(run.errors)")
    }
  }

  @Test(arguments: ["inspect", "benchmark"])
  func aSizeThatTheNetworkCannotTakeIs65(command: String) throws {
    let run = try CommandLineRun(command, configuration, "--size", "50")
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("peregrine: layer "))
  }
}
