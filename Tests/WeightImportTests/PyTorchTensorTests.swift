import Testing
import WeightImport

/// Tensors that their storages do not hold.
struct PyTorchTensorTests {
  /// What is said of a tensor in a storage of four elements, without the file's and the tensor's name.
  private func message(
    _ storageClass: String = "FloatStorage", offset: Int = 0, shape: [Int], strides: [Int], claim: Int = 4,
    bytes: [UInt8] = littleEndian([1, 2, 3, 4])
  ) -> String {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("w")
        $0.tensor(storageClass, key: "0", count: claim, offset: offset, shape: shape, strides: strides)
      }
    }
    let description = refusal(ArchiveAssembly(pickle: pickle, storages: [bytes]).bytes)
    return description.replacing("weights.pth: tensor \"w\": ", with: "")
  }

  @Test(
    arguments: [
      (0, [5], [1]), (1, [4], [1]), (5, [0], [1]), (0, [2, 2], [3, 1]), (0, [3], [2]), (4, [], []), (-1, [1], [1]),
      (.max, [1], [1]), (0, [2], [.max]), (1, [2], [.max]),
    ] as [(Int, [Int], [Int])])
  func beyondStorage(offset: Int, shape: [Int], strides: [Int]) {
    #expect(
      message(offset: offset, shape: shape, strides: strides)
        == "the shape \(shape) with strides \(strides) from element \(offset) goes beyond the 4 elements of its storage "
        + "\"0\"")
  }

  @Test func absurdShapes() {
    #expect(message(shape: [-1], strides: [1]).contains("expected as many strides, and nothing negative"))
    #expect(message(shape: [2], strides: [-1]).contains("nothing negative"))
    #expect(message(shape: [2], strides: [1, 1]).contains("expected as many strides"))
    #expect(
      message(shape: [1 << 32, 1 << 32], strides: [0, 0]) == "the extents [4294967296, 4294967296] multiply beyond 64 "
        + "bits")
    #expect(message(shape: [1 << 40, 1 << 40, 0], strides: [0, 0, 0]).contains("multiply beyond 64 bits"))
    #expect(
      message(shape: Array(repeating: 1, count: 65), strides: Array(repeating: 1, count: 65)).contains(
        "a shape and strides of at most 64 axes"))
    // One element that is repeated more often than the file could say.
    #expect(
      message(shape: [1 << 40], strides: [0]).contains("with its 1099511627776 elements the tensors have more than"))
    #expect(message(shape: [1 << 20], strides: [0]) == "weights.pth: read".replacing("weights.pth: ", with: ""))
  }

  @Test func storageOfAnotherSize() {
    #expect(
      message(shape: [1], strides: [1], claim: 1 << 61)
        == "its storage of \(1 << 61) elements goes beyond 64 bits")
    #expect(
      message(shape: [1], strides: [1], claim: 1 << 40)
        == "weights.pth: entry \"archive/data/0\": 16 bytes, expected 1099511627776 elements of float32")
    #expect(
      message("HalfStorage", shape: [4], strides: [1]).hasSuffix("16 bytes, expected 4 elements of float16"))
  }

  @Test func numberBeyondFloats() {
    let bytes = littleEndian(doubles: [0.5, 1e300, 1, 2])
    #expect(
      message("DoubleStorage", shape: [4], strides: [1], bytes: bytes) == "holds 1e+300, which no 32-bit float can")
    let infinite = littleEndian(doubles: [0.5, .infinity, .nan, 2])
    #expect(message("DoubleStorage", shape: [4], strides: [1], bytes: infinite) == "read")
  }

  @Test func names() {
    let twice = PickleAssembly.program { pickle in
      pickle.dictionary {
        for _ in 0..<2 {
          $0.text("w")
          $0.tensor(key: "0", count: 1, shape: [1], strides: [1])
        }
      }
    }
    #expect(
      refusal(ArchiveAssembly(pickle: twice, storages: [littleEndian([1])]).bytes)
        == "weights.pth: tensor \"w\": this name occurs twice")
    let number = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.integer(0)
        $0.tensor(key: "0", count: 1, shape: [1], strides: [1])
      }
    }
    #expect(
      refusal(ArchiveAssembly(pickle: number, storages: [littleEndian([1])]).bytes)
        == "weights.pth: a tensor is named by a number, expected text")
  }
}
