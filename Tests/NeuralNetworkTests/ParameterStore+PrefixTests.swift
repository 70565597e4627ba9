import NeuralNetwork
import Testing

@Suite struct ParameterStorePrefixTests {
  @Test func prefixesComeAndGo() {
    var store = OptimiserTests.store(["b.w": [1], "a.w": [2]]).prefixed("x.")
    #expect(store.names == ["x.b.w", "x.a.w"])
    store.merge(OptimiserTests.store(["y": [3], "x.a.w": [4]]))
    #expect(store.names == ["x.b.w", "x.a.w", "y"])
    let back = store.removingPrefix("x.")
    #expect(back.names == ["b.w", "a.w"])
    #expect(back["a.w"]?.values == [4])
    #expect(store.removingPrefix("z.").count == 0)
  }
}
