import FolderTesting
import Foundation
import ModelStorage
import Models
import Testing

struct ExportCommandTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  @Test func writesASingleStageDetectorAsOneFile() throws {
    let (fused, plain) = (folder.path("fused.onnx"), folder.path("plain.onnx"))
    let run = try CommandLineRun("export", model, "--output", fused)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "\(fused): images 1×3×64×64 to raw.0, raw.1, raw.2\n")
    #expect(try CommandLineRun("export", model, "--output", plain, "--plain", "--variable-batch").status == 0)
    // Each file names its operations, and what the model knows.
    let (fusedBytes, plainBytes) = (try bytes(fused), try bytes(plain))
    #expect(plainBytes.range(of: Data("BatchNormalization".utf8)) != nil)
    #expect(fusedBytes.range(of: Data("BatchNormalization".utf8)) == nil)
    #expect(plainBytes.count > fusedBytes.count)
    for text in [#"[{"id":0,"name":"red"},{"id":1,"name":"blue"}]"#, "letterbox", "head.0.prediction.weight"] {
      #expect(fusedBytes.range(of: Data(text.utf8)) != nil, "\(text)")
    }
    #expect(try CommandLineRun("export", model, "--output", fused).status == 0)
    #expect(try bytes(fused) == fusedBytes)
  }

  @Test func writesATwoStageDetectorAsTwoFiles() throws {
    let configuration = try folder.write(
      """
      detector: faster-rcnn
      fasterRCNN:
        inputSize: { width: 64, height: 64 }
        backbone: { depth: 18, widthMultiplier: 0.25 }
        pyramid: { channels: 16, hasPooledLevel: false }
        proposals: { anchorSizes: [[16], [24], [48]], candidates: 30, count: 20, trainingCandidates: 30, trainingCount: 20 }
        regions: { width: 16, samplesPerImage: 8 }
      training: { epochs: 1, batchSize: 4, seed: 3 }
      """, to: "two-stage.yaml")
    let training = try CommandLineRun(
      "train", configuration, "--data", folder.writeDataset(count: 4), "--output", folder.path("run"))
    #expect(training.status == 0, "\(training.errors)")
    let run = try CommandLineRun(
      "export", folder.path("run/last.safetensors"), "--output", folder.path("two.onnx"), "--reference",
      folder.path("reference.safetensors"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("two.onnx")))
    #expect(try bytes(folder.path("two.trunk.onnx")).range(of: Data("rpn.head.cls_logits.weight".utf8)) != nil)
    #expect(try bytes(folder.path("two.head.onnx")).range(of: Data("roi_heads.box_head.fc6.weight".utf8)) != nil)
    #expect(run.output.contains("two.head.onnx: regions 1×16×7×7 to class_logits, box_deltas; any number of regions"))
    #expect(run.output.contains("pooling of regions, between the two, are no network"))
    let (tensors, _) = try SafeTensorsFile.read(folder.path("reference.safetensors"))
    #expect(tensors["images"]?.shape == [1, 3, 64, 64] && tensors["regions"]?.shape == [3, 16, 7, 7])
    #expect(tensors["map.0"]?.shape == [1, 16, 8, 8] && tensors["deltas.2"]?.shape == [1, 12, 2, 2])
    #expect(tensors["class_logits"]?.shape == [3, 3] && tensors["box_deltas"]?.shape == [3, 12])
  }

  @Test func writesWeightsWithoutADescription() throws {
    let weights = folder.path("weights.safetensors")
    let run = try CommandLineRun("export", model, "--output", weights)
    #expect(run.status == 0, "\(run.errors)")
    let (tensors, metadata) = try SafeTensorsFile.read(weights)
    let parameters = try ModelFile(contentsOf: model).parameters
    #expect(metadata.isEmpty && tensors.names == parameters.names)
    #expect(tensors.names.allSatisfy { tensors[$0] == parameters[$0] })
    #expect(tensors.contains("backbone.body.layer1.0.conv1.weight"))
    // They are no model any more, and say so.
    let detection = try CommandLineRun("inspect", weights)
    #expect(detection.status == 65 && detection.errors.contains("plain weights"))
  }

  @Test func referenceIsWhatTheNetworkAnswers() throws {
    let reference = folder.path("reference.safetensors")
    for _ in 0..<2 {
      let run = try CommandLineRun("export", model, "--output", folder.path("a.onnx"), "--reference", reference)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasSuffix("\(reference): images, raw.0, raw.1, raw.2\n"))
    }
    let (tensors, _) = try SafeTensorsFile.read(reference)
    let images = try #require(tensors["images"])
    #expect(images.shape == [1, 3, 64, 64] && images.values.allSatisfy { (-1...1).contains($0) })
    #expect(Set(images.values).count > 10_000)
    #expect(tensors["raw.0"]?.shape == [1, 7, 8, 8] && tensors["raw.2"]?.shape == [1, 7, 2, 2])
  }

  @Test func badInputHasItsExitCode() throws {
    let output = folder.path("out.onnx")
    let text = try folder.write("This is not a model at all.", to: "text.safetensors")
    #expect(try CommandLineRun("export", folder.path("none"), "--output", output).status == 66)
    #expect(try CommandLineRun("export", text, "--output", output).status == 65)
    #expect(try CommandLineRun("export", model, "--output", folder.path("out.tflite")).status == 64)
    #expect(try CommandLineRun("export", model, "--output", output, "--reference", output).status == 64)
    #expect(try CommandLineRun("export", model, "--output", folder.path("no/such/out.onnx")).status == 73)
    #expect(!FileManager.default.fileExists(atPath: output))
    // The weights alone are less than the model.
    let run = try CommandLineRun("export", model, "--output", model)
    #expect(run.status == 73 && run.errors.contains("it is the same file as"))
    #expect(try ModelFile(contentsOf: model).classes.map(\.name) == ["red", "blue"])
  }
}
