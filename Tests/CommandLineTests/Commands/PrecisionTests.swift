import CPUKernels
import FolderTesting
import Foundation
import NetworkPlans
import Testing

/// `--precision` of `detect`, `evaluate` and `benchmark`, and bf16 in `compare`.
struct PrecisionTests {
  private let folder: TemporaryFolder
  private let model: String
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    data = try folder.writeDataset(count: 4)
  }

  @Test(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16"))
  func bfloat16ChangesScoresALittle() throws {
    func scores(_ precision: String) throws -> [Double] {
      let json = folder.path("\(precision).json")
      let run = try CommandLineRun(
        "detect", "--model", model, data, "--confidence", "0", "--precision", precision, "--coco", json)
      try #require(run.status == 0, "\(run.errors)")
      let list = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
      return try #require(list as? [[String: Any]]).compactMap { $0["score"] as? Double }.sorted(by: >)
    }
    let (floats, halves) = (try scores("f32"), try scores("bf16"))
    #expect(!floats.isEmpty && floats != halves)
    // The best of each; how many pass the suppression may differ.
    for (float, half) in zip(floats, halves).prefix(10) { #expect(abs(float - half) < 0.02) }
    #expect(try scores("bf16") == halves)
  }

  @Test(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16"))
  func otherCommandsTakeIt() throws {
    #expect(try CommandLineRun("evaluate", "--model", model, "--data", data, "--precision", "bf16").status == 0)
    let json = folder.path("times.json")
    let times = try CommandLineRun("benchmark", model, "--runs", "1", "--precision", "bf16", "--json", json)
    #expect(times.status == 0 && times.output.contains("bf16: "), "\(times.errors)")
    let result = try JSONDecoder().decode(NetworkBenchmark.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
    #expect(try #require(result.bfloat16Layers) <= #require(result.layers))
    let report = folder.path("report.json")
    let compared = try CommandLineRun(
      "compare", model, "--data", data, "--precisions", "f32,bf16", "--rounds", "1", "--resamples", "5", "--json",
      report)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(try String(contentsOfFile: report, encoding: .utf8).contains(#""bf16""#))
  }

  /// Also where the processor has it and oneDNN is told to do without.
  @Test func aProcessorWithoutBFloat16RefusesIt() throws {
    let commands = [
      "detect --model \(model) \(data)", "evaluate --model \(model) --data \(data)", "benchmark \(model) --runs 1",
    ]
    for command in commands {
      let run = try CommandLineRun(shell: "ONEDNN_MAX_CPU_ISA=AVX512_CORE peregrine \(command) --precision bf16")
      #expect(run.status == 65, "\(command): \(run.errors)")
      #expect(run.errors.contains("\(model): bf16 is not available here (AVX"), "\(run.errors)")
      #expect(run.errors.contains("it needs AVX-512 with bf16"), "\(run.errors)")
    }
  }

  @Test func aModelInInt8IsComputedInThatAlone() throws {
    let copy = folder.path("int8.safetensors")
    let made = try CommandLineRun(
      "quantize", model, "--data", data, "--output", copy, "--images", "2", "--method", "max")
    try #require(made.status == 0 || made.errors.contains("int8 is not available"), "\(made.errors)")
    if made.status != 0 { return }
    for command in [["detect", "--model", copy, data], ["benchmark", copy, "--runs", "1"]] {
      let run = try CommandLineRun(command + ["--precision", "f32"])
      #expect(run.status == 65 && run.errors.contains("is in int8, and cannot be computed in f32"), "\(run.errors)")
    }
    let other = try CommandLineRun("detect", "--model", model, data, "--precision", "int8")
    #expect(other.status == 65 && other.errors.contains("expected a model in int8"), "\(other.errors)")
  }

  @Test func wrongUsageIs64() throws {
    #expect(try CommandLineRun("detect", "--model", model, data, "--precision", "fp16").status == 64)
    #expect(try CommandLineRun("benchmark", model, "--training", "--precision", "int8").status == 64)
    let files = try CommandLineRun(
      "evaluate", "--ground-truth", data, "--detections", data, "--precision", "bf16")
    #expect(files.status == 64 && files.errors.contains("--precision goes with --data"), "\(files.errors)")
  }
}
