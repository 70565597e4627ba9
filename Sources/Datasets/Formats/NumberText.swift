extension Double {
  /// The shortest text that is read as the same number again; whole numbers without a point.
  var shortestText: String {
    if self == rounded(), abs(self) < 1e15 { return String(Int(self)) }
    return "\(self)"
  }
}
