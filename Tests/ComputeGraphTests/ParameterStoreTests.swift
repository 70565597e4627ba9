import ComputeGraph
import Tensors
import Testing

@Suite struct ParameterStoreTests {
  @Test func keepsTheOrderOfAddition() {
    var store = ParameterStore()
    for name in ["z", "a", "m"] { store[name] = Tensor(zeros: [2]) }
    store["z"] = Tensor(repeating: 1, shape: [3])
    #expect(store.names == ["z", "a", "m"])
    #expect(store.count == 3)
    #expect(store.elementCount == 7)
    store["a"] = nil
    #expect(store.names == ["z", "m"])
    #expect(!store.contains("a") && store.contains("m"))
    #expect(store["a"] == nil)
  }

  @Test func copiesAreIndependent() {
    var store = ParameterStore()
    store["w"] = Tensor(zeros: [2])
    let copy = store
    store.update("w") { $0[0] = 1 }
    #expect(store["w"]?.values == [1, 0])
    #expect(copy["w"]?.values == [0, 0])
  }

  @Test func updatesHappenInPlace() throws {
    var store = ParameterStore()
    store["w"] = Tensor(zeros: [2])
    let before = store["w"]?.withUnsafeBufferPointer(\.baseAddress)
    let after = store.update("w") { tensor in
      tensor[1] = 2
      return tensor.withUnsafeBufferPointer(\.baseAddress)
    }
    #expect(before == after)
  }

  @Test func unknownNamesTrap() async {
    await #expect(processExitsWith: .failure) {
      var store = ParameterStore()
      store.update("w") { $0[0] = 1 }
    }
  }
}
