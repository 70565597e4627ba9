import Files
import Foundation

/// A progress bar on standard error: redrawn in place on a terminal, a line now and then elsewhere.
///
/// Nothing is shown of work that is done within a second: there is nothing to wait for, and no rate to be measured.
final class ProgressLine {
  private let title: String
  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private let isTerminal = isatty(2) == 1
  private var lastShown = ContinuousClock.now
  private var isOpen = false

  private static let shortestRun = Duration.seconds(1)

  /// - Parameter unit: what is counted.
  init(_ title: String, total: Int, unit: String = "images") {
    self.title = title
    self.total = total
    self.unit = unit
  }

  /// Shows that `done` of the total are done.
  func update(_ done: Int) {
    let now = ContinuousClock.now
    let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
    guard now - start >= Self.shortestRun, done == total || now - lastShown >= interval else { return }
    lastShown = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(done) / seconds
    let time =
      done == total
      ? String(format: "in %.0f s", seconds)
      : "\(Int((Double(total - done) / max(rate, 1e-9)).rounded())) s left"
    let figures = "\(done)/\(total)  \(String(format: "%.1f", rate)) \(unit)/s  \(time)"
    if isTerminal {
      let width = 30
      let filled = total > 0 ? width * done / total : width
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      StandardError.write("\r\u{1B}[K\(title) \(bar) \(figures)")
      isOpen = true
      if done == total { clear() }
    } else if total > 1 {
      printError("\(title) \(figures)")
    }
  }

  /// Removes the bar, so that other text can be printed.
  func clear() {
    guard isOpen else { return }
    StandardError.write("\r\u{1B}[K")
    isOpen = false
  }
}
