import FolderTesting
import Foundation
import Models
import Testing

/// What other programs' files are, by their content; names say nothing.
struct ForeignModelFileTests {
  private static func zip(_ names: String...) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + names.flatMap { [UInt8](repeating: 0, count: 26) + Array($0.utf8) + [0x50, 0x4B, 1, 2] }
  }

  private static let legacy: [UInt8] = [
    0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  @Test(
    arguments: [
      (zip("archive/data.pkl", "archive/data/0"), .pyTorchArchive),
      (zip("yolo/data.pkl", "cultralytics.nn.tasks\nDetectionModel\n"), .ultralytics),
      (zip("m/code/__torch__.py", "m/constants.pkl", "m/data.pkl"), .torchScript),
      (zip("config.json", "model.weights.h5"), .kerasArchive), (zip("w.npy"), .numPyArchive), (zip("a.txt"), .zip),
      (legacy + [0x80, 2], .pyTorchLegacy), (legacy + Array("cmodels.yolo\nModel\n".utf8), .ultralytics),
      ([0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0], .pickle),
      ([0x08, 7, 0x12, 7] + Array("pytorch".utf8), .onnx), ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), .hdf5),
      ([0x1C, 0, 0, 0] + Array("TFL3".utf8) + [0, 0], .tfLite), (Array("GGUF".utf8) + [3, 0, 0, 0], .gguf),
      ([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 1, count: 12), .darknetWeights),
      (Array("# training\n; too\n[net]\nwidth=4\n".utf8), .darknetConfiguration),
      (Array("[Network]\r\nbatch=1".utf8), .darknetConfiguration),
      (Array("names: [a, b]\n".utf8), .text), ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
      // A header of three bytes, and nothing that anyone knows.
      ([3, 0, 0, 0, 0, 0, 0, 0] + Array("{ }".utf8), nil), ([200, 0, 0, 0, 0, 0, 0, 0, 1], nil), ([], nil),
    ] as [([UInt8], ForeignModelFile?)])
  func kinds(_ bytes: [UInt8], _ expected: ForeignModelFile?) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.bin")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(ForeignModelFile(contentsOf: path) == expected)
  }

  /// The names of a large archive stand at its end.
  @Test func aLargeArchive() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.pt")
    let middle = [UInt8](repeating: 7, count: 1 << 20)
    try Data(Self.zip("m/data/0") + middle + Array("m/data.pkl m/constants.pkl".utf8)).write(
      to: URL(fileURLWithPath: path))
    #expect(ForeignModelFile(contentsOf: path) == .torchScript)
  }

  @Test func adviceNamesTheCommand() {
    #expect(
      ForeignModelFile.darknetWeights.advice(path: "y.weights").contains(
        "import darknet --cfg NAME.cfg --weights y.weights"))
    #expect(ForeignModelFile.pyTorchArchive.advice(path: "w.pth").contains("import pytorch --weights w.pth"))
    for kind in ForeignModelFile.allCases { #expect(!kind.name.isEmpty && !kind.advice(path: "x").isEmpty) }
  }
}
