import ComputeGraph
import Tensors
import Testing

struct ParameterStoreFingerprintTests {
  private func store(_ tensors: [(String, Tensor)]) -> ParameterStore {
    var store = ParameterStore()
    for (name, tensor) in tensors { store[name] = tensor }
    return store
  }

  private let first = ("a.weight", Tensor(shape: [2, 2], values: [1, 2, 3, 4]))
  private let second = ("b.bias", Tensor(shape: [2], values: [0, -1]))

  @Test func isThatOfFNV1a() {
    // The offset basis: nothing was added.
    #expect(ParameterStore().fingerprint == "cbf29ce484222325")
    // "a", 0, "0", 0: no number.
    #expect(store([("a", Tensor(zeros: [0]))]).fingerprint == Self.fnv([0x61, 0, 0x30, 0]))
    #expect(
      store([("a", Tensor(shape: [1], values: [1]))]).fingerprint
        == Self.fnv([0x61, 0, 0x31, 0, 0x00, 0x00, 0x80, 0x3F]))
  }

  private static func fnv(_ bytes: [UInt8]) -> String {
    let hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  @Test func theOrderDoesNotCount() {
    #expect(store([first, second]).fingerprint == store([second, first]).fingerprint)
  }

  @Test func everyBitNameAndShapeCounts() {
    let all = store([first, second]).fingerprint
    #expect(all.count == 16)
    for bit in 0..<32 {
      let changed = Float(bitPattern: (3 as Float).bitPattern ^ 1 << UInt32(bit))
      let other = store([("a.weight", Tensor(shape: [2, 2], values: [1, 2, changed, 4])), second])
      #expect(other.fingerprint != all, "bit \(bit)")
    }
    // Minus zero is another number.
    #expect(store([first, ("b.bias", Tensor(shape: [2], values: [-0.0, -1]))]).fingerprint != all)
    #expect(store([first, ("b.bia", second.1)]).fingerprint != all)
    #expect(store([("a.weight", Tensor(shape: [4], values: [1, 2, 3, 4])), second]).fingerprint != all)
    #expect(store([first]).fingerprint != all)
    #expect(store([("a.weight", second.1), ("b.bias", first.1)]).fingerprint != all)
  }
}
