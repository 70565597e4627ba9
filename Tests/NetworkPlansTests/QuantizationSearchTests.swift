import NetworkPlans
import Testing

@Suite struct QuantizationSearchTests {
  /// Ten layers, each costlier than the one before.
  private let errors = (0..<10).map { Quantizer.LayerError(layer: "layer \($0)", error: Double($0)) }

  @Test("the costliest layers are kept, as few as reach the bound", arguments: [0, 1, 2, 3, 5, 8, 9])
  func fewest(needed: Int) {
    var search = QuantizationSearch(errors)
    let kept = search.keptCount(reaching: 0.5) { kept in
      // Kept layers are always the costliest ones.
      #expect(kept == Set((0..<kept.count).map { "layer \(9 - $0)" }))
      return kept.count >= needed ? 0.5 : 0.4
    }
    #expect(kept == needed)
    #expect(search.steps.count <= 9)
    #expect(search.steps.last { $0.metric >= 0.5 }?.keptCount == needed)
  }

  @Test("where one layer in integers is too much there is no answer")
  func impossible() {
    var search = QuantizationSearch(errors)
    #expect(search.keptCount(reaching: 1) { _ in 0.9 } == nil)
    #expect(search.steps.last?.keptCount == 9)
    var one = QuantizationSearch([.init(layer: "only", error: 1)])
    #expect(one.keptCount(reaching: 1) { _ in 0.9 } == nil)
  }

  @Test("layers of one cost stay in the network's order")
  func ties() {
    let search = QuantizationSearch([
      .init(layer: "a", error: 1), .init(layer: "b", error: 2), .init(layer: "c", error: 1),
      .init(layer: "d", error: 2),
    ])
    #expect(search.order == ["b", "d", "a", "c"])
  }
}
