import DarknetTesting
import Foundation
import ImageCodecs
import Models
import Testing
import WeightImport
import YOLO

@Suite struct DarknetImportTests {
  /// A folder with the files of the small network.
  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("darknet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(SmallDarknet.cfg.utf8).write(to: folder.appendingPathComponent("a.cfg"))
    try SmallDarknet.weights().write(to: folder.appendingPathComponent("a.weights"))
    try Data("cat\ndog\n\n".utf8).write(to: folder.appendingPathComponent("a.names"))
    return folder
  }

  @Test func modelFileDetects() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    var options = DarknetImport.Options()
    options.licence = "MIT"
    let file = try DarknetImport.modelFile(
      configuration: path("a.cfg"), weights: path("a.weights"), names: path("a.names"), options: options)
    try file.write(to: path("a.safetensors"))
    let read = try ModelFile(contentsOf: path("a.safetensors"))
    #expect(read.classes == [.init(name: "cat", id: 1), .init(name: "dog", id: 2)])
    #expect(read.preprocessing.resize == .stretch)
    #expect(!read.preprocessing.antialias)
    #expect(read.provenance.licence == "MIT")
    #expect(read.provenance.sourceFiles?.map(\.name) == ["a.cfg", "a.weights"])
    // The header is kept, and every byte can be written back.
    let (model, network) = try DarknetModel.read(read, path: "a.safetensors")
    let weights = DarknetWeights(header: model.header, parameters: read.parameters)
    #expect(try weights.bytes(of: network) == SmallDarknet.weights())
    let detector = try YOLODetector(
      darknet: read, path: "a.safetensors", options: ModelOptions(detection: DetectionOptions(confidence: 0.01)))
    let image = RGBImage(size: ImageSize(width: 50, height: 40), color: (200, 100, 50))
    let found = try detector.detect([image])
    #expect(!found[0].isEmpty)
    #expect(found[0].allSatisfy { $0.box.x2 <= 50 && $0.box.y2 <= 40 })
  }

  @Test(arguments: [
    ("cat\n", "1 names, the .cfg has classes=2; expected as many", nil),
    ("cat\ncat\n", "cat stands in line 1 already", 2), ("cat\n\ndog\n", "an empty line; expected a class name", 2),
  ])
  func refusesOtherNames(_ names: String, _ problem: String, _ line: Int?) throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    try Data(names.utf8).write(to: folder.appendingPathComponent("a.names"))
    #expect(throws: DarknetError(path: path("a.names"), line: line, problem: problem)) {
      try DarknetImport.modelFile(configuration: path("a.cfg"), weights: path("a.weights"), names: path("a.names"))
    }
  }

  @Test func namesAMissingFile() throws {
    #expect(throws: DarknetError(kind: .missing, path: "/nowhere/a.cfg", problem: "no such file")) {
      try DarknetImport.modelFile(configuration: "/nowhere/a.cfg", weights: "/nowhere/a.weights", names: nil)
    }
  }
}
