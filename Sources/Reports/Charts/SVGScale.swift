import Foundation

/// An axis of a chart: which values it shows, where they stand on it, and which of them are written beside it.
struct SVGScale: Sendable {
  struct Tick: Sendable, Hashable {
    var value: Double
    var label: String
  }

  var lower: Double
  var upper: Double
  var ticks: [Tick]
  /// Equal ratios are equally long.
  var isLogarithmic = false

  /// From 0 to 1.
  static let unit = SVGScale(unitTicks: [0, 0.2, 0.4, 0.6, 0.8, 1])

  init(unitTicks: [Double]) {
    lower = 0
    upper = 1
    ticks = unitTicks.map { Tick(value: $0, label: $0 == 0 ? "0" : $0 == 1 ? "1" : "\($0)") }
  }

  private init(lower: Double, upper: Double, ticks: [Tick], isLogarithmic: Bool) {
    self.lower = lower
    self.upper = upper
    self.ticks = ticks
    self.isLogarithmic = isLogarithmic
  }

  /// Fractions on an axis in per cent, from a round figure below the least to one above the greatest.
  static func percent(covering values: [Double]) -> SVGScale { round(covering: values, bounds: 0...1) { $0 } }

  /// Differences of fractions on an axis in points, with their sign.
  static func points(covering values: [Double]) -> SVGScale {
    round(covering: values, bounds: -1...1) { $0.hasPrefix("−") || $0.allSatisfy { "0.".contains($0) } ? $0 : "+\($0)" }
  }

  private static func round(
    covering values: [Double], bounds: ClosedRange<Double>, label: (String) -> String
  ) -> SVGScale {
    let (least, most) = (100 * (values.min() ?? 0), 100 * (values.max() ?? 1))
    let range = max(most - least, 1)
    let step = niceStep(range / 5)
    let lower = max(100 * bounds.lowerBound, ((least - 0.02 * range) / step).rounded(.down) * step)
    let upper = min(100 * bounds.upperBound, ((most + 0.02 * range) / step).rounded(.up) * step)
    let count = Int(((upper - lower) / step + 1e-6).rounded(.down))
    let ticks = (0...max(1, count)).map { index -> Tick in
      let value = lower + Double(index) * step
      return Tick(value: value / 100, label: label(HTMLText.fixed(value, step < 1 ? 1 : 0)))
    }
    return SVGScale(lower: lower / 100, upper: max(upper, lower + step) / 100, ticks: ticks, isLogarithmic: false)
  }

  /// From 0 to a positive figure, without ticks.
  static func upTo(_ upper: Double) -> SVGScale {
    SVGScale(lower: 0, upper: upper, ticks: [], isLogarithmic: false)
  }

  /// Positive figures on a logarithmic axis with some room on either side.
  static func logarithmic(covering values: [Double]) -> SVGScale {
    let positive = values.filter { $0 > 0 }
    let (least, most) = (positive.min() ?? 1, positive.max() ?? 10)
    let margin = max(1.15, pow(most / least, 0.08))
    let (lower, upper) = (least / margin, most * margin)
    let finer: [[Double]] = [[1], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]]
    let lists = finer.map { steps -> [Tick] in
      (Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.up))).flatMap { power in
        steps.map { $0 * pow(10, Double(power)) }
      }.filter { lower...upper ~= $0 }.map { Tick(value: $0, label: Self.short($0)) }
    }
    // In a short range the figures stand as on a linear axis.
    let step = niceStep((upper - lower) / 8)
    let even = stride(from: (lower / step).rounded(.up) * step, through: upper, by: step).map { value in
      Tick(value: value, label: HTMLText.grouped(value, step >= 1 ? 0 : step >= 0.1 ? 1 : 2))
    }
    return SVGScale(
      lower: lower, upper: upper, ticks: lists.first { $0.count >= 4 } ?? even, isLogarithmic: true)
  }

  /// 0 at the lower end, 1 at the upper one.
  func position(_ value: Double) -> Double {
    isLogarithmic ? log(max(value, lower) / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }

  /// The least of 1, 2 and 5 times a power of ten that is no less.
  private static func niceStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return power * ([1, 2, 5].first { $0 * power >= step * 0.999 } ?? 10)
  }

  private static func short(_ value: Double) -> String {
    HTMLText.grouped(value, value >= 10 ? 0 : value >= 1 ? (value == value.rounded() ? 0 : 1) : 2)
  }
}
