extension Double {
  /// The shortest text that is read as the same number again; whole numbers without a point.
  var shortestText: String {
    if self == rounded(), abs(self) < 1e15 { return String(Int(self)) }
    return "\(self)"
  }
}

extension StringProtocol {
  /// A class index, a whole number from 0, also written as programs that know only fractions do: `1.0`, `1e0`.
  var classIndex: Int? {
    if let index = Int(self) { return index >= 0 ? index : nil }
    guard let number = Double(self), let index = Int(exactly: number), index >= 0 else { return nil }
    return index
  }
}
