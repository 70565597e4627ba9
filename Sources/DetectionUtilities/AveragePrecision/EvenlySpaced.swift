/// Threshold lists.
public enum EvenlySpaced {
  /// `count` numbers from `start` through `end`, computed like numpy's `linspace`, to the last bit: a threshold that is off
  /// by one bit turns a match at exactly that IoU into a miss.
  public static func values(from start: Double, through end: Double, count: Int) -> [Double] {
    precondition(count >= 2, "an interval has two ends")
    let step = (end - start) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? end : Double($0) * step + start }
  }
}
