import DetectionUtilities
import FolderTesting
import Foundation
import ModelStorage
import Testing

/// An input of a network that no memory holds is refused before anything is made of it, wherever it is written.
struct InputSizeLimitTests {
  static let sides = ["8224", "100000", "1000000", "4611686018427387904"]

  @Test(arguments: sides)
  func ofAConfiguration(side: String) throws {
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: folder.writeConfiguration(), encoding: .utf8)
    let configuration = try folder.write(text.replacing("width: 64", with: "width: \(side)"), to: "huge.yaml")
    let data = try folder.writeDataset(count: 4)
    for arguments in [
      ["inspect", configuration], ["train", configuration, "--data", data, "--output", folder.path("run")],
    ] {
      let run = try CommandLineRun(arguments)
      #expect(run.status == 65, "\(run.errors)")
      #expect(run.errors.contains("inputSize: expected a width and a height that are multiples of 32 up to 8192"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test(arguments: sides, ["peregrine.preprocessing", "peregrine.configuration"])
  func ofAModelFile(side: String, key: String) throws {
    let folder = try TemporaryFolder()
    let read = try SafeTensorsFile.read(folder.writeModel())
    var metadata = read.metadata
    metadata[key]?.replace(#""width":64"#, with: #""width":\#(side)"#)
    let model = folder.path("huge.safetensors")
    try SafeTensorsFile.write(read.tensors, metadata: metadata, to: model)
    var generator = SeededGenerator(seed: 1)
    let image = try folder.writeImage("a.png", generator: &generator).path
    for arguments in [
      ["detect", image, "--model", model], ["inspect", model], ["export", model, "--output", folder.path("a.onnx")],
    ] {
      let run = try CommandLineRun(arguments)
      #expect(run.status == 65, "\(arguments[0]): \(run.errors)")
      #expect(run.errors.contains("inputSize") && run.errors.contains("8192"), "\(arguments[0]): \(run.errors)")
    }
  }

  /// Sides that are allowed, and together gigabytes.
  @Test func ofTheProductOfTheSides() throws {
    let folder = try TemporaryFolder()
    let text = try folder.writeConfiguration()
    let square = "inputSize: { width: 4096, height: 4096 }"
    let configuration = try folder.write(
      String(contentsOfFile: text, encoding: .utf8).replacing("inputSize: { width: 64, height: 64 }", with: square),
      to: "square.yaml")
    let read = try SafeTensorsFile.read(folder.writeModel())
    var metadata = read.metadata
    for key in ["peregrine.preprocessing", "peregrine.configuration"] {
      metadata[key]?.replace(#""height":64,"width":64"#, with: #""height":4096,"width":4096"#)
    }
    let model = folder.path("square.safetensors")
    try SafeTensorsFile.write(read.tensors, metadata: metadata, to: model)
    var generator = SeededGenerator(seed: 1)
    let image = try folder.writeImage("a.png", generator: &generator).path
    for arguments in [
      ["inspect", configuration], ["detect", image, "--model", model], ["inspect", model],
      ["export", model, "--output", folder.path("a.onnx")],
    ] {
      let run = try CommandLineRun(arguments)
      #expect(run.status == 65, "\(arguments[0]): \(run.errors)")
      #expect(run.errors.contains("8388608 pixels"), "\(arguments[0]): \(run.errors)")
    }
    let option = try CommandLineRun("inspect", configuration, "--size", "4096")
    #expect(option.status == 64 && option.errors.contains("8388608 pixels"), "\(option.errors)")
  }

  @Test(arguments: [
    ["inspect", "MODEL", "--size"], ["benchmark", "MODEL", "--size"], ["audit", "x", "--input-size"],
  ])
  func ofAnOption(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let model = try folder.writeModel()
    let run = try CommandLineRun(arguments.map { $0 == "MODEL" ? model : $0 } + ["4611686018427387904"])
    #expect(run.status == 64)
    #expect(run.errors.contains("is at most 8192"), "\(run.errors)")
  }
}
