import Foundation

/// A progress bar on standard error: redrawn in place on a terminal, a line now and then elsewhere.
final class ProgressLine {
  private let title: String
  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private let isTerminal = isatty(2) == 1
  private var lastShown = ContinuousClock.now
  private var isOpen = false

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
    guard done == total || now - lastShown >= interval else { return }
    lastShown = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(done) / max(seconds, 1e-9)
    let left = Int((Double(total - done) / max(rate, 1e-9)).rounded())
    let figures = "\(done)/\(total)  \(String(format: "%.1f", rate)) \(unit)/s  \(left) s left"
    if isTerminal {
      let width = 30
      let filled = total > 0 ? width * done / total : width
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      FileHandle.standardError.write(Data("\r\u{1B}[K\(title) \(bar) \(figures)".utf8))
      isOpen = true
      if done == total { clear() }
    } else if total > 1 {
      printError("\(title) \(figures)")
    }
  }

  /// Removes the bar, so that other text can be printed.
  func clear() {
    guard isOpen else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    isOpen = false
  }
}
