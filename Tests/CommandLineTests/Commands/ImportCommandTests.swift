import FolderTesting
import Foundation
import Models
import Testing

struct ImportCommandTests {
  private let folder: TemporaryFolder

  /// One convolution that sees squares of 8×8 pixels, two classes.
  private static let cfg = """
    [net]
    width=64
    height=64
    [convolutional]
    filters=7
    size=8
    stride=8
    activation=linear
    [yolo]
    anchors=20,20
    num=1
    classes=2
    """

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Self.cfg, to: "a.cfg")
    _ = try folder.write("red\nblue\n", to: "a.names")
    var weights = Data([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 0, count: 8))
    for index in 0..<7 + 7 * 3 * 64 {
      withUnsafeBytes(of: Float(index % 13 - 6) / 100) { weights.append(contentsOf: $0) }
    }
    try weights.write(to: URL(fileURLWithPath: folder.path("a.weights")))
  }

  private func importDarknet(_ changes: [String: String] = [:]) throws -> CommandLineRun {
    var options = [
      "--cfg": folder.path("a.cfg"), "--weights": folder.path("a.weights"), "--names": folder.path("a.names"),
      "--output": folder.path("a.safetensors"),
    ]
    options.merge(changes) { $1 }
    return try CommandLineRun(["import", "darknet"] + options.flatMap { [$0.key, $0.value] })
  }

  @Test func aDarknetModelDetectsIsExportedAndVerified() throws {
    let run = try importDarknet(["--licence": "MIT"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("\(folder.path("a.safetensors")): darknet, 2 classes, input 64×64, 1351 numbers\n"))
    let model = folder.path("a.safetensors")
    #expect(try ModelFile(contentsOf: model).provenance.licence == "MIT")
    let data = try folder.writeDataset()
    let found = try CommandLineRun("detect", data, "--model", model, "--confidence", "0.1")
    #expect(found.status == 0 && (found.output.contains("red") || found.output.contains("blue")), "\(found.errors)")
    let back = folder.path("back.weights")
    #expect(try CommandLineRun("export", model, "--output", back).status == 0)
    #expect(FileManager.default.contentsEqual(atPath: back, andPath: folder.path("a.weights")))
    #expect(try CommandLineRun("verify", model, model, "--images", data, "--confidence", "0.1").status == 0)
  }

  /// A classifier is kept with its names, shown and written again; it finds no boxes.
  @Test func aDarknetClassifierIsInspectedAndExported() throws {
    let cfg = "[net]\nwidth=8\nheight=8\nbatch=1\nbatch=64\n[convolutional]\nfilters=2\n[avgpool]\n[softmax]\n[cost]\n"
    _ = try folder.write(cfg, to: "c.cfg")
    let weights = folder.path("c.weights")
    try Data([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 0, count: 8 + 4 * 8)).write(
      to: URL(fileURLWithPath: weights))
    let run = try importDarknet(["--cfg": folder.path("c.cfg"), "--weights": weights])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("line 5: batch=64 has no effect, [net] has batch=1 in line 4 already"))
    #expect(run.output.contains("without a detection head, which gives 2 numbers an image"))
    let model = folder.path("a.safetensors")
    let shown = try CommandLineRun("inspect", model)
    #expect(shown.status == 0 && shown.output.contains("classes: 1 red, 2 blue"), "\(shown.errors)")
    #expect(try CommandLineRun("export", model, "--output", folder.path("c.onnx")).status == 0)
    let back = folder.path("back.weights")
    #expect(try CommandLineRun("export", model, "--output", back).status == 0)
    #expect(FileManager.default.contentsEqual(atPath: back, andPath: weights))
    let found = try CommandLineRun("detect", try folder.writeDataset(), "--model", model)
    #expect(found.status == 65 && found.errors.contains("finds no boxes; expected a detector"), "\(found.errors)")
    let weightsAsModel = try CommandLineRun("inspect", weights)
    #expect(weightsAsModel.status == 65 && weightsAsModel.errors.contains("this is a Darknet .weights file"))
  }

  @Test func fineTuningTakesWhatFits() throws {
    #expect(try importDarknet().status == 0)
    let configuration = try folder.write("training: { epochs: 1, batchSize: 4, seed: 3 }\n", to: "tune.yaml")
    let data = try folder.writeDataset()
    let run = try CommandLineRun(
      "train", configuration, "--data", data, "--initial", folder.path("a.safetensors"), "--output",
      folder.path("tuned"))
    #expect(run.status == 0, "\(run.errors)")
    // As many classes as before, so that all of it fits.
    #expect(run.output.contains("2 parameters loaded, 0 new, 0 unused"), "\(run.output)")
    let tuned = try ModelFile(contentsOf: folder.path("tuned/last.safetensors"))
    #expect(tuned.architecture == "darknet")
    #expect(tuned.provenance.initialModel?.count == 16)
  }

  @Test(arguments: [
    ("--cfg", "/nowhere/b.cfg", Int32(66), "/nowhere/b.cfg: no such file"),
    ("--weights", "/nowhere/b.weights", 66, "/nowhere/b.weights: no such file"),
    ("--names", "/nowhere/b.names", 66, "/nowhere/b.names: no such file"),
    ("--output", "/nowhere/b.safetensors", 73, "/nowhere"), ("--resize", "crop", 64, "crop"),
  ])
  func namesWhatIsWrong(_ option: String, _ value: String, _ status: Int32, _ message: String) throws {
    let run = try importDarknet([option: value])
    #expect(run.status == status)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.safetensors")))
  }

  @Test func namesTheLine() throws {
    _ = try folder.write(Self.cfg.replacing("stride=8", with: "strude=8"), to: "a.cfg")
    let run = try importDarknet()
    #expect(run.status == 65)
    #expect(
      run.errors
        == "peregrine: \(folder.path("a.cfg")):7: [convolutional] unknown key \"strude\"; did you mean \"stride\"?\n")
  }

  @Test func aCheckpointThatRunsCodeIsRefused() throws {
    // What torch.save writes of an object whose __reduce__ calls os.system; here the bare pickle, which is no checkpoint.
    let path = try folder.write("cos\nsystem\n(S'touch pwned'\ntR.", to: "evil.pth")
    let run = try CommandLineRun(
      "import", "pytorch", "--architecture", "resnet18", "--weights", path, "--output", folder.path("b.safetensors"))
    #expect(run.status == 65)
    #expect(run.errors.contains("evil.pth"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.safetensors")))
  }

  @Test func anArchitectureThatIsNotKnown() throws {
    let run = try CommandLineRun(
      "import", "pytorch", "--architecture", "lenet", "--weights", "a.pth", "--output", folder.path("b.safetensors"))
    #expect(run.status == 64)
    #expect(run.errors.contains("fasterrcnn_resnet50_fpn_v2") && run.errors.contains("mobilenet_v3_large"))
  }
}
