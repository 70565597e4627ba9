/// Seconds between the moments at which a detection passes from one stage to the next.
package struct StageClock {
  private var last = ContinuousClock.now

  package init() {}

  /// Seconds since the clock was made, or since the last lap.
  package mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return last.duration(to: now) / .seconds(1)
  }
}
