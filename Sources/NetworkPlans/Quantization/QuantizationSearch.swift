/// Finds out which layers must stay in float32 for a network to lose no more than it may.
public struct QuantizationSearch: Sendable {
  /// One try.
  public struct Step: Sendable, Hashable {
    /// Layers that were left in float32.
    public var keptCount: Int
    /// What was measured with the others in integers.
    public var metric: Double
  }

  /// Layers by what they cost alone, the costliest first.
  public let order: [String]
  /// Every try, in the order of trying.
  public private(set) var steps: [Step] = []

  /// - Parameter errors: what each layer costs alone.
  public init(_ errors: [Quantizer.LayerError]) {
    // Of two layers of one cost the earlier one comes first, whatever the sorting does.
    order = errors.enumerated().sorted { ($1.element.error, $0.offset) < ($0.element.error, $1.offset) }
      .map(\.element.layer)
  }

  /// The smallest number of layers, costliest first, that must be kept for `measure` to reach `bound`; nil where even
  /// one layer in integers is too much.
  ///
  /// Tries 0, 1, 2, 4, … layers and then halves the last gap, as though more layers in float32 were never worse.
  public mutating func keptCount(
    reaching bound: Double, measure: (_ kept: Set<String>) throws -> Double
  ) rethrows -> Int? {
    func reaches(_ count: Int, _ steps: inout [Step]) throws -> Bool {
      let metric = try measure(Set(order.prefix(count)))
      steps.append(Step(keptCount: count, metric: metric))
      return metric >= bound
    }
    var tooFew = -1
    var enough = 0
    while try !reaches(enough, &steps) {
      tooFew = enough
      if enough >= order.count - 1 { return nil }
      enough = min(max(1, 2 * enough), order.count - 1)
    }
    while enough - tooFew > 1 {
      let middle = (enough + tooFew) / 2
      if try reaches(middle, &steps) { enough = middle } else { tooFew = middle }
    }
    return enough
  }
}
