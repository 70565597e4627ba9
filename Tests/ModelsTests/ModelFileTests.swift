import ComputeGraph
import FolderTesting
import Foundation
import ImageCodecs
import ModelStorage
import Models
import NetworkPlans
import Tensors
import Testing

struct ModelFileTests {
  private func model() -> ModelFile {
    var parameters = ParameterStore()
    parameters["b.weight"] = Tensor(shape: [2, 2], values: [1, -2, 0.5, 3])
    parameters["a.bias"] = Tensor(shape: [1], values: [7])
    var provenance = ModelFile.Provenance()
    provenance.trainingDataHash = "abc"
    provenance.licence = "CC0 \"quoted\""
    provenance.programVersion = ModelFile.programVersion
    provenance.metrics = ["AP": 0.25, "AP50": 0.5]
    return ModelFile(
      architecture: "yolo", configuration: Data(#"{"key":"ü/1"}"#.utf8),
      classes: [ModelFile.Label(name: "cat", id: 17), ModelFile.Label(name: "Hündin \"x\"", id: 3)],
      preprocessing: Preprocessing(
        inputSize: ImageSize(width: 64, height: 32), resize: .stretch, mean: [0.1, 0.2, 0.3],
        standardDeviation: [1, 2, 3]),
      provenance: provenance, parameters: parameters)
  }

  /// The metadata of ``model()`` as it stands in the file.
  private func metadata(in folder: TemporaryFolder) throws -> [String: String] {
    let path = folder.path("whole.safetensors")
    try model().write(to: path)
    return try SafeTensorsFile.readMetadata(path)
  }

  private func write(_ metadata: [String: String], in folder: TemporaryFolder) throws -> String {
    let path = folder.path("changed.safetensors")
    try SafeTensorsFile.write(model().parameters, metadata: metadata, to: path)
    return path
  }

  @Test func comesBackAsItWasWritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    let written = model()
    try written.write(to: path)
    let read = try ModelFile(contentsOf: path)
    #expect(read.architecture == written.architecture)
    #expect(read.configuration == written.configuration)
    #expect(read.classes == written.classes)
    #expect(read.preprocessing == written.preprocessing)
    #expect(read.provenance == written.provenance)
    #expect(Set(read.parameters.names) == ["a.bias", "b.weight"])
    #expect(read.parameters["b.weight"] == written.parameters["b.weight"])
    #expect(read.parameters["a.bias"] == written.parameters["a.bias"])
  }

  private func quantizedModel() -> ModelFile {
    var file = model()
    file.parameters["b.weight"] = Tensor(shape: [2, 2], values: [1, -0.25, 63, 0.1])
    let recipe = QuantizationRecipe(
      method: .maximum, weightBits: 7, ranges: ["b": .init(largest: 2.5, isSigned: true)], layers: ["b"],
      weights: ["b.weight"], kept: ["c"], calibration: .init(imageCount: 3, fingerprint: "f"))
    file.parameters = recipe.rounding(file.parameters)
    file.quantization = recipe
    return file
  }

  @Test func quantizedWeightsAreBytesInTheFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    let written = quantizedModel()
    try written.write(to: path)
    let raw = try SafeTensorsFile.read(path)
    #expect(raw.metadata["peregrine.version"] == "2")
    // Steps of 1/63 and of 1: −0.25 · 63 = −15.75.
    #expect(raw.tensors["b.weight"]?.values == [63, -16, 63, 0])
    #expect(raw.tensors["b.weight#scale"]?.values == [Float(1) / 63, 1])
    let read = try ModelFile(contentsOf: path)
    #expect(read.quantization == written.quantization)
    #expect(Set(read.parameters.names) == ["a.bias", "b.weight"])
    #expect(read.parameters["b.weight"]?.values == [1, -Float(16) / 63, 63, 0])
    let again = folder.path("again.safetensors")
    try read.write(to: again)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: URL(fileURLWithPath: again)))
  }

  @Test(arguments: ["scale", "range", "bits", "none"])
  func refusesAQuantizationThatCannotBe(what: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    try quantizedModel().write(to: path)
    var (tensors, metadata) = try SafeTensorsFile.read(path)
    let key = "peregrine.quantization"
    switch what {
    case "scale": tensors["b.weight#scale"] = Tensor(shape: [2], values: [0.5, -1])
    case "range": metadata[key] = metadata[key]?.replacing("\"largest\":2.5", with: "\"largest\":0")
    case "bits": metadata[key] = metadata[key]?.replacing("\"weightBits\":7", with: "\"weightBits\":40")
    default: metadata[key] = "{}"
    }
    try SafeTensorsFile.write(tensors, metadata: metadata, to: path)
    let error = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    #expect(error?.description.hasPrefix("\(path): the model's metadata \(key) ") == true)
  }

  @Test(arguments: [SafeTensorsFile.Storage.bf16, .f16])
  func halfTheSizeRoundsAndKeepsTheRest(storage: SafeTensorsFile.Storage) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    var written = model()
    // Lies between 1 and the next number of both types.
    written.parameters["a.bias"] = Tensor(shape: [1], values: [1 + 0x1p-12])
    try written.write(to: path, storage: storage)
    let read = try ModelFile(contentsOf: path)
    #expect(read.parameters["b.weight"] == written.parameters["b.weight"])
    #expect(read.parameters["a.bias"]?.values == [1])
    #expect(read.classes == written.classes && read.provenance == written.provenance)
    #expect(read.configuration == written.configuration && read.preprocessing == written.preprocessing)
  }

  @Test func memoryReadsLikeAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    try model().write(to: path)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let read = try bytes.withUnsafeBytes { try ModelFile(bytes: $0, name: "memory") }
    #expect(read.classes == model().classes)
    #expect(read.parameters["b.weight"] == model().parameters["b.weight"])

    try SafeTensorsFile.write(model().parameters, to: path)
    let plain = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let error = #expect(throws: ModelFileError.self) {
      try plain.withUnsafeBytes { try ModelFile(bytes: $0, name: "memory") }
    }
    #expect("\(try #require(error))".hasPrefix("memory: "))
  }

  @Test func writesTheSameBytesEachTime() throws {
    let folder = try TemporaryFolder()
    try model().write(to: folder.path("1.safetensors"))
    try model().write(to: folder.path("2.safetensors"))
    let first = try Data(contentsOf: URL(fileURLWithPath: folder.path("1.safetensors")))
    #expect(try first == Data(contentsOf: URL(fileURLWithPath: folder.path("2.safetensors"))))
  }

  @Test func refusesWhatIsNoSafetensorsFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("text.safetensors")
    try Data("I am a text file, not a model.".utf8).write(to: URL(fileURLWithPath: path))
    let text = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    #expect(text.map { "\($0)".hasPrefix("\(path): this is a text file, not a model") } == true)
    try Data([200, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: SafeTensorsError.self) { try ModelFile(contentsOf: path) }
    #expect(error?.kind == .malformed)
    #expect(error?.path == path)
    let missing = #expect(throws: SafeTensorsError.self) { try ModelFile(contentsOf: folder.path("none")) }
    #expect(missing?.kind == .missing)
  }

  @Test(arguments: [[:], ["format": "pt"]])
  func refusesPlainWeights(metadata: [String: String]) throws {
    let folder = try TemporaryFolder()
    let path = try write(metadata, in: folder)
    let error = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    guard case .notAModel(path) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("expected a model that Peregrine wrote") == true)
  }

  @Test(arguments: ["3", "0", "one", ""])
  func refusesAnotherVersion(version: String) throws {
    let folder = try TemporaryFolder()
    var metadata = try metadata(in: folder)
    metadata["peregrine.version"] = version
    let path = try write(metadata, in: folder)
    let error = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    guard case .version(path, found: version, expected: 2) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["architecture", "configuration", "classes", "preprocessing", "provenance"])
  func namesAMissingKey(key: String) throws {
    let folder = try TemporaryFolder()
    var metadata = try metadata(in: folder)
    #expect(metadata.removeValue(forKey: "peregrine.\(key)") != nil)
    let path = try write(metadata, in: folder)
    let error = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    #expect(error?.description == "\(path): the model's metadata peregrine.\(key) is missing")
  }

  @Test(arguments: [
    ("classes", "not JSON"), ("classes", "{}"), ("classes", "[{\"name\": \"cat\"}]"), ("classes", "[]"),
    ("preprocessing", "[]"), ("provenance", "17"),
    ("preprocessing", #"{"inputSize":{"width":64},"mean":[0,0,0],"resize":"letterbox","standardDeviation":[1,1,1]}"#),
    // These would be read past their end, or make an image without pixels.
    (
      "preprocessing",
      #"{"inputSize":{"height":64,"width":64},"mean":[0],"resize":"letterbox","standardDeviation":[1,1,1]}"#
    ),
    (
      "preprocessing",
      #"{"inputSize":{"height":64,"width":64},"mean":[0,0,0],"resize":"letterbox","standardDeviation":[]}"#
    ),
    (
      "preprocessing",
      #"{"inputSize":{"height":0,"width":64},"mean":[0,0,0],"resize":"letterbox","standardDeviation":[1,1,1]}"#
    ),
    (
      "preprocessing",
      #"{"inputSize":{"height":64,"width":64},"mean":[0,0,0],"resize":"letterbox","standardDeviation":[1,0,1]}"#
    ),
  ])
  func namesTheKeyOfGarbage(key: String, value: String) throws {
    let folder = try TemporaryFolder()
    var metadata = try metadata(in: folder)
    metadata["peregrine.\(key)"] = value
    let path = try write(metadata, in: folder)
    let error = #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: path) }
    guard case .metadata(path, key: "peregrine.\(key)", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
