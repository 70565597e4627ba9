import Testing
import WeightImport

/// Files of the form before PyTorch 1.6 that are damaged.
struct PyTorchLegacyTests {
  private let good = legacyFile(vectorPickle(count: 2), storages: [("0", 2, littleEndian([1, 2]))])

  @Test func truncatedOrTrailing() throws {
    #expect(try checkpoint(good).tensors["w"]?.values == [1, 2])
    for count in 15..<good.count { #expect(refusal(Array(good[..<count])) != "read", "\(count)") }
    #expect(
      refusal(Array(good.dropLast()))
        == "weights.pth: byte \(good.count - 16): the storage \"0\" has 2 elements of 4 bytes, expected 2; 7 bytes are left"
    )
    #expect(
      refusal(good + [0]) == "weights.pth: byte \(good.count): the last storage ends here, 1 bytes follow")
  }

  @Test func storages() {
    func message(_ storages: [(String, Int, [UInt8])], pickle: [UInt8] = vectorPickle(count: 2)) -> String {
      refusal(legacyFile(pickle, storages: storages.map { (key: $0.0, count: $0.1, bytes: $0.2) }))
    }
    #expect(message([("0", 3, littleEndian([1, 2, 3]))]).contains("has 3 elements of 4 bytes, expected 2"))
    #expect(message([("0", .max, littleEndian([1, 2]))]).contains("has 9223372036854775807 elements"))
    #expect(message([("1", 2, littleEndian([1, 2]))]).contains("the list of storages has another one"))
    #expect(message([]) == "weights.pth: no storage \"0\", a tensor refers to it")
    #expect(
      message([("0", 1 << 60, [])], pickle: vectorPickle(count: 1 << 60)).contains("expected 1152921504606846976"))
    let contradiction = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("a")
        $0.tensor(key: "0", count: 2, shape: [2], strides: [1])
        $0.text("b")
        $0.tensor("DoubleStorage", key: "0", count: 2, shape: [2], strides: [1])
      }
    }
    #expect(
      message([("0", 2, littleEndian([1, 2]))], pickle: contradiction)
        == "weights.pth: two tensors say that the storage \"0\" has 2 elements of 4 bytes, and 2 of 8")
  }

  /// The two elements in the middle of a storage of four, as versions before 0.4 wrote it.
  @Test func view() throws {
    func file(first: Int) -> [UInt8] {
      let pickle = PickleAssembly.program { pickle in
        pickle.dictionary {
          $0.text("w")
          $0.global("torch._utils", "_rebuild_tensor")
          $0.code("((")
          $0.text("storage")
          $0.global("torch", "FloatStorage")
          $0.text("0")
          $0.text("cpu")
          $0.integer(4)
          $0.code("(")
          $0.text("1")
          $0.integer(first)
          $0.integer(2)
          $0.code("ttQ")
          $0.integer(0)
          $0.integers([2])
          $0.integers([1])
          $0.code("tR")
        }
      }
      return legacyFile(pickle, storages: [("0", 4, littleEndian([1, 2, 3, 4]))])
    }
    #expect(try checkpoint(file(first: 1)).tensors["w"]?.values == [2, 3])
    #expect(refusal(file(first: 3)).contains("a view of the storage \"0\" that does not lie within its 4 elements"))
    #expect(refusal(file(first: -1)).contains("a view of the storage"))
  }

  @Test func code() {
    let file = legacyFile(PickleAssembly.program { $0.global("os", "system") }, storages: [])
    #expect(refusal(file).hasPrefix("weights.pth: byte \(file.count - 18): os.system is refused"))
  }

  /// The pickles around the object may not name storages.
  @Test func heading() {
    var file = Array(good[..<15])
    file += PickleAssembly.program { $0.storage("FloatStorage", key: "0", count: 1) }
    #expect(refusal(file).contains("a persistent id of another form"))
    #expect(
      refusal(Array(good[..<15]) + PickleAssembly.program { $0.integer(1002) })
        == "weights.pth: byte 15: another version of the legacy form, expected 1001")
  }
}
