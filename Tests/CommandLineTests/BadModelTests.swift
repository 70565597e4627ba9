import DetectionUtilities
import FolderTesting
import Foundation
import ModelStorage
import Testing

/// `--model` with files that are no usable model: one sentence, code 65, nothing written.
struct BadModelTests {
  /// What is wrong with a file, and what the sentence says of it.
  enum Fault: String, CaseIterable {
    case jpeg = "this is a JPEG image, not a model"
    case png = "this is a PNG image, not a model"
    case onnx = "this is an ONNX model, not a model; it is not read here"
    case darknet = "this is a Darknet .weights file, not a model; 'peregrine import darknet --cfg NAME.cfg --weights "
    case archive = "this is a ZIP archive, not a model"
    case yaml = "this is a text file, not a model"
    case folder = "this is a folder, not a model"
    case empty = "0 bytes, expected at least 8"
    case truncated = "do not lie in order inside the file's"
    case pageOfZeros = "the file is damaged: the checksum of its tensors is"
    case plainWeights = "these are plain weights without a model description"
    case otherVersion = "the model's format is version 99; this program reads versions 1 to 2"
    case noClasses = "the model's metadata peregrine.classes is missing"
    case emptyClasses = "the model's metadata peregrine.classes names no class"
    case unknownDetector = "unknown detector 'ssd'; this program knows "
    case hugeInput =
      "the model's metadata peregrine.preprocessing has an inputSize of 8224×64; expected sides of at most 8192 pixels"
    case otherClassCount = "the weights do not fit the model's configuration: parameter head.0.prediction.weight has"
  }

  /// A file with the fault, made from a model that works.
  private static func make(_ fault: Fault, in folder: TemporaryFolder) throws -> String {
    let model = try folder.writeModel()
    func file(_ bytes: [UInt8]) throws -> String {
      let path = folder.path("faulty.safetensors")
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return path
    }
    func changed(_ change: (inout [String: String]) -> Void) throws -> String {
      let read = try SafeTensorsFile.read(model)
      var metadata = read.metadata
      change(&metadata)
      try SafeTensorsFile.write(read.tensors, metadata: metadata, to: folder.path("faulty.safetensors"))
      return folder.path("faulty.safetensors")
    }
    switch fault {
    case .jpeg: return try file([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46])
    case .png: return try file([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0])
    case .archive: return try file(Array("PK".utf8) + [3, 4, 0, 0, 0, 0, 0, 0])
    case .onnx: return try file([8, 7, 0x12, 7] + Array("pytorch".utf8) + [0x1A, 0])
    case .darknet: return try file([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 0, count: 48))
    case .yaml: return try folder.writeConfiguration()
    case .folder: return folder.path
    case .empty: return try file([])
    case .truncated:
      let whole = try Data(contentsOf: URL(fileURLWithPath: model))
      return try file(Array(whole.prefix(whole.count / 2)))
    case .pageOfZeros:
      var whole = try Array(Data(contentsOf: URL(fileURLWithPath: model)))
      for place in whole.count - 8192..<whole.count - 4096 { whole[place] = 0 }
      return try file(whole)
    case .plainWeights: return try changed { $0 = [:] }
    case .otherVersion: return try changed { $0["peregrine.version"] = "99" }
    case .noClasses: return try changed { $0["peregrine.classes"] = nil }
    case .emptyClasses: return try changed { $0["peregrine.classes"] = "[]" }
    case .unknownDetector: return try changed { $0["peregrine.architecture"] = "ssd" }
    case .hugeInput:
      return try changed { $0["peregrine.preprocessing"]?.replace(#""width":64"#, with: #""width":8224"#) }
    case .otherClassCount: return try changed { $0["peregrine.classes"] = #"[{"name":"red","id":0}]"# }
    }
  }

  @Test(arguments: Fault.allCases, ["detect", "evaluate"])
  func isRefusedInOneSentence(fault: Fault, command: String) throws {
    let folder = try TemporaryFolder()
    let data = try folder.writeDataset(count: 1)
    let model = try Self.make(fault, in: folder)
    let (json, drawn) = (folder.path("found.json"), folder.path("drawn"))
    let arguments = command == "detect" ? ["--annotate", drawn] : []
    let run = try CommandLineRun([command, "--data", data, "--model", model, "--json", json] + arguments)
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("peregrine: \(model): ") && run.errors.contains(fault.rawValue), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1 && run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: json) && !FileManager.default.fileExists(atPath: drawn))
  }
}
