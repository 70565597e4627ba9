import CPUKernels
import FolderTesting
import Foundation
import Models
import Testing

struct QuantizeCommandTests {
  private let folder: TemporaryFolder
  private let model: String
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    data = try folder.writeDataset()
  }

  private func byteCount(_ path: String) throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path)).count }

  @Test func writesAModelThatOtherCommandsTake() throws {
    let copy = folder.path("int8.safetensors")
    let run = try CommandLineRun(
      "quantize", model, "--data", data, "--output", copy, "--images", "4", "--method", "max")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("calibrated on 4 images: 100.png, 104.png, 108.png, 112.png"))
    #expect(run.output.contains("measured on the 12 images that did not calibrate"))
    #expect(run.output.contains("\(try byteCount(copy)) bytes instead of \(try byteCount(model))"))
    #expect(try byteCount(copy) < byteCount(model) * 3 / 10)

    let file = try ModelFile(contentsOf: copy)
    let recipe = try #require(file.quantization)
    #expect(recipe.method == .maximum && recipe.calibration.imageCount == 4 && recipe.weightBits == 7)
    #expect(file.classes == (try ModelFile(contentsOf: model)).classes)
    #expect(Set(file.parameters.names) == Set(try ModelFile(contentsOf: model).parameters.names))
    #expect(try CommandLineRun("inspect", copy).output.contains("precision: int8 in \(recipe.layers.count)"))
    #expect(try CommandLineRun("inspect", model).output.contains("precision: f32"))
    #expect(try CommandLineRun("evaluate", "--model", copy, "--data", data).status == 0)
    #expect(try CommandLineRun("benchmark", copy, "--runs", "1").output.contains("int8"))
    let exported = try CommandLineRun("export", copy, "--output", folder.path("int8.onnx"))
    #expect(exported.status == 0)
    #expect(exported.output.contains("what is written computes in f32"))
    let again = try CommandLineRun("quantize", copy, "--data", data, "--output", folder.path("again.safetensors"))
    #expect(again.status == 65)
    #expect(again.errors.contains("\(copy): is in int8 already; expected a model in f32"))
  }

  @Test func theSameBytesEveryTime() throws {
    let copies = [folder.path("one.safetensors"), folder.path("two.safetensors")]
    for copy in copies {
      #expect(try CommandLineRun("quantize", model, "--data", data, "--output", copy, "--images", "2").status == 0)
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: copies[0])) == Data(contentsOf: URL(fileURLWithPath: copies[1])))
  }

  @Test func badInputHasItsExitCode() throws {
    let copy = folder.path("copy.safetensors")
    func status(_ arguments: String...) throws -> Int32 { try CommandLineRun(["quantize"] + arguments).status }
    #expect(try status(folder.path("none"), "--data", data, "--output", copy) == 66)
    #expect(try status(model, "--data", folder.path("none"), "--output", copy) == 66)
    #expect(try status(model, "--data", data, "--output", folder.path("no/such/copy")) == 73)
    #expect(try status(model, "--data", data, "--output", model) == 73)
    #expect(try status(model, "--data", data, "--output", copy, "--method", "best") == 64)
    #expect(try status(model, "--data", data, "--output", copy, "--weight-bits", "4") == 64)
    if !OneDNN.hasByteDotProduct {
      let run = try CommandLineRun("quantize", model, "--data", data, "--output", copy, "--weight-bits", "8")
      #expect(run.status == 65)
      #expect(run.errors.contains("int8 with weights of 8 bits is not available here"))
    }
    #expect(!FileManager.default.fileExists(atPath: copy))
  }
}
