#if canImport(Glibc)
  internal import Glibc
#endif

/// A calculation on paper: what is written down, and the number that it comes to.
public indirect enum Formula: Hashable, Sendable {
  case number(Double)
  case product(Double, Double)
  case sum([Formula])
  case difference(Formula, Formula)
  case quotient(Formula, Formula)
  case maximum([Double])
  /// Σ x² under a root.
  case rootOfSquares([Double])
  case exponential(Double)
  /// ln Σ e^x.
  case logarithmOfSum([Double])
  /// x where a condition holds, else 0; the text says which.
  case gated(Double, isOpen: Bool, condition: String)

  public var value: Double {
    switch self {
    case .number(let value): value
    case .product(let first, let second): first * second
    case .sum(let terms): terms.reduce(0) { $0 + $1.value }
    case .difference(let first, let second): first.value - second.value
    case .quotient(let numerator, let denominator): numerator.value / denominator.value
    case .maximum(let values): values.max() ?? -.infinity
    case .rootOfSquares(let values): values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .exponential(let value): exp(value)
    case .logarithmOfSum(let values):
      // Less the largest, so that no power is infinite.
      (values.max() ?? 0) + log(values.reduce(0) { $0 + exp($1 - (values.max() ?? 0)) })
    case .gated(let value, let isOpen, _): isOpen ? value : 0
    }
  }

  /// How large the terms are: what rounding is measured against.
  var magnitude: Double {
    switch self {
    case .sum(let terms): terms.reduce(0) { $0 + $1.magnitude }
    case .difference(let first, let second): first.magnitude + second.magnitude
    case .quotient(let numerator, let denominator): numerator.magnitude / Swift.max(abs(denominator.value), 1e-300)
    default: abs(value)
    }
  }

  /// What is written down.
  public var text: String {
    switch self {
    case .number(let value): NumberText.of(value)
    case .product(let first, let second): "\(Self.factor(first))·\(Self.factor(second))"
    case .sum(let terms):
      terms.isEmpty ? "0" : terms.count == 1 ? terms[0].text : terms.map(\.asTerm).joined(separator: " + ")
    case .difference(let first, let second): "\(first.text) - \(second.asPart)"
    case .quotient(let numerator, let denominator): "\(numerator.asPart)/\(denominator.asPart)"
    case .maximum(let values): "max(\(values.map(NumberText.of).joined(separator: ", ")))"
    case .rootOfSquares(let values): "√(\(values.map { Self.factor($0) + "²" }.joined(separator: " + ")))"
    case .exponential(let value): "e^\(Self.factor(value))"
    case .logarithmOfSum(let values): "ln(\(values.map { "e^" + Self.factor($0) }.joined(separator: " + ")))"
    case .gated(let value, let isOpen, let condition):
      "\(isOpen ? NumberText.of(value) : "0"), since \(condition)"
    }
  }

  private static func factor(_ value: Double) -> String {
    value.sign == .minus ? "(\(NumberText.of(value)))" : NumberText.of(value)
  }

  /// Behind a plus.
  private var asTerm: String {
    if case .number(let value) = self { return Self.factor(value) }
    return text
  }

  /// In a quotient, or behind a minus.
  private var asPart: String {
    switch self {
    case .sum(let terms): terms.count > 1 ? "(\(text))" : text
    case .difference: "(\(text))"
    default: asTerm
    }
  }
}

/// Numbers as people write them.
public enum NumberText {
  /// At most six digits that count, without zeros behind the last of them.
  public static func of(_ value: Double) -> String {
    // Not a minus before zero.
    if value == 0 { return "0" }
    var buffer = [CChar](repeating: 0, count: 32)
    let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.6g", $0) }
    return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
