public import Models

/// The mean of each loss term over the steps of an epoch so far.
public struct LossAverages: Equatable, Sendable {
  public private(set) var names: [String] = []
  private(set) var sums: [Double] = []
  public private(set) var stepCount = 0

  public init() {}

  init(names: [String], sums: [Double], stepCount: Int) {
    precondition(names.count == sums.count, "each loss has a name")
    self.names = names
    self.sums = sums
    self.stepCount = stepCount
  }

  /// - Precondition: every step has the same loss terms.
  public mutating func add(_ losses: [LossTerm]) {
    if stepCount == 0 {
      names = losses.map(\.name)
      sums = [Double](repeating: 0, count: names.count)
    }
    precondition(losses.map(\.name) == names, "the loss terms of a run do not change")
    for (index, loss) in losses.enumerated() { sums[index] += Double(loss.value) }
    stepCount += 1
  }

  /// In the order of ``names``.
  public var means: [Double] { sums.map { $0 / Double(max(1, stepCount)) } }
  public var total: Double { means.reduce(0, +) }
}
