import ComputeGraph
import Tensors
import Testing

@Suite struct ParameterStorePrefixTests {
  private static func store(_ values: KeyValuePairs<String, [Float]>) -> ParameterStore {
    var store = ParameterStore()
    for (name, values) in values { store[name] = Tensor(shape: [values.count], values: values) }
    return store
  }

  @Test func prefixesComeAndGo() {
    var store = Self.store(["b.w": [1], "a.w": [2]]).prefixed("x.")
    #expect(store.names == ["x.b.w", "x.a.w"])
    store.merge(Self.store(["y": [3], "x.a.w": [4]]))
    #expect(store.names == ["x.b.w", "x.a.w", "y"])
    let back = store.removingPrefix("x.")
    #expect(back.names == ["b.w", "a.w"])
    #expect(back["a.w"]?.values == [4])
    #expect(store.removingPrefix("z.").count == 0)
  }
}
