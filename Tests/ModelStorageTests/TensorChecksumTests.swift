import ComputeGraph
import FolderTesting
import Foundation
import ModelStorage
import Tensors
import Testing

struct TensorChecksumTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store() -> ParameterStore {
    var store = ParameterStore()
    store["a"] = Tensor(shape: [3001], values: (0..<3001).map { Float($0) - 70 })
    store["b"] = Tensor(shape: [5], values: [1, -2, 3, -4, 5])
    return store
  }

  @Test(arguments: SafeTensorsFile.Storage.allCases, [[], ["b"]])
  func aPageOfZerosIsNoticed(storage: SafeTensorsFile.Storage, bytes: [String]) throws {
    let path = folder.path("a.safetensors")
    try SafeTensorsFile.write(
      store(), metadata: ["k": "v"], storage: storage, bytes: Set(bytes), hasChecksum: true, to: path)
    let (tensors, metadata) = try SafeTensorsFile.read(path)
    #expect(tensors["b"]?.values == [1, -2, 3, -4, 5])
    #expect(metadata == ["k": "v"])
    #expect(try SafeTensorsFile.readMetadata(path) == ["k": "v"])
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for range in [
      whole.count - 4100..<whole.count - 4, whole.count - 1..<whole.count, whole.count - 2048..<whole.count - 2047,
    ] {
      var damaged = whole
      damaged.replaceSubrange(range, with: range.map { range.count > 1 ? 0 : damaged[$0] ^ 1 })
      try folder.write(damaged, to: "b.safetensors")
      let error = try #require(throws: SafeTensorsError.self) {
        try SafeTensorsFile.read(folder.path("b.safetensors"))
      }
      #expect(error.kind == .malformed && error.description.contains("the file is damaged"), "\(error)")
      let inMemory = #expect(throws: SafeTensorsError.self) {
        try damaged.withUnsafeBytes { try SafeTensorsFile.read(bytes: $0, name: "memory") }
      }
      #expect(inMemory?.expectation == error.expectation)
    }
  }

  @Test func filesWithoutOneAreRead() throws {
    let path = folder.path("a.safetensors")
    try SafeTensorsFile.write(store(), metadata: ["k": "v"], to: path)
    #expect(try !String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self).contains("checksum"))
    #expect(try SafeTensorsFile.read(path).tensors.count == 2)
  }
}
