extension Collection<Int> {
  /// Whether a number between the smallest and the largest is missing, of numbers that are all different.
  package var haveGaps: Bool {
    guard let first = self.min(), let last = self.max() else { return false }
    // The distance of two numbers of a file may be more than an Int holds.
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    return overflow || distance >= count
  }
}
