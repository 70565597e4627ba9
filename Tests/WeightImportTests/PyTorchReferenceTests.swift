import Foundation
import ModelStorage
import Testing
import WeightImport

/// What `Tests/Parity/torch_checkpoints.py FOLDER` wrote.
enum PyTorchFixtures {
  /// What PEREGRINE_TORCH_CHECKPOINTS names.
  static let folder = ProcessInfo.processInfo.environment["PEREGRINE_TORCH_CHECKPOINTS"]
  static let absence: Comment =
    "needs PEREGRINE_TORCH_CHECKPOINTS, the folder that Tests/Parity/torch_checkpoints.py wrote"

  static func checkpoints(_ isIncluded: (String) -> Bool) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: #require(folder))
      .filter { $0.hasSuffix(".pth") && isIncluded($0) }.sorted()
  }
}

/// Holds the reader to files that PyTorch wrote, bit for bit.
@Suite(.enabled(if: PyTorchFixtures.folder != nil, PyTorchFixtures.absence))
struct PyTorchReferenceTests {
  @Test func tensors() throws {
    let folder = try #require(PyTorchFixtures.folder)
    let files = try PyTorchFixtures.checkpoints { !$0.hasPrefix("refused.") }
    #expect(files.count >= 20)
    var count = 0
    for file in files {
      let parts = file.split(separator: ".")
      let expected = try SafeTensorsFile.read("\(folder)/\(parts[0]).safetensors")
      let ask = expected.metadata["ask"].flatMap { $0.isEmpty ? nil : $0 }
      let found = try PyTorchCheckpoint.read("\(folder)/\(file)", key: ask)
      #expect(found.form.rawValue == parts[1], "\(file)")
      #expect(found.key ?? "" == expected.metadata["key"], "\(file)")
      #expect(found.integerTensorNames.joined(separator: "\n") == expected.metadata["integers"], "\(file)")
      #expect(found.tensors.names == expected.tensors.names, "\(file)")
      for name in expected.tensors.names {
        let (left, right) = try (#require(found.tensors[name]), #require(expected.tensors[name]))
        #expect(left.shape == right.shape, "\(file) \(name)")
        #expect(left.values.map(\.bitPattern) == right.values.map(\.bitPattern), "\(file) \(name)")
        count += left.elementCount
      }
    }
    print("PyTorch: \(files.count) checkpoints, \(count) numbers, compared bit for bit")
  }

  @Test func refused() throws {
    let folder = try #require(PyTorchFixtures.folder)
    let files = try PyTorchFixtures.checkpoints { $0.hasPrefix("refused.") }
    #expect(files.count >= 6)
    for file in files {
      let expectation = try String(contentsOfFile: "\(folder)/\(file.dropLast(4)).txt", encoding: .utf8)
      do {
        _ = try PyTorchCheckpoint.read("\(folder)/\(file)")
        Issue.record("\(file) was read, expected: \(expectation)")
      } catch {
        #expect(error.description.contains(expectation), "\(file): \(error)")
      }
    }
  }
}
