import Files
internal import Foundation
public import Models

/// Shows how a run gets on: a bar that renews itself on a terminal, plain lines elsewhere.
public final class TrainingProgress {
  /// The state of a run after a step.
  public struct Snapshot: Sendable {
    /// The epoch under way and the last one; from 1.
    public var epoch: Int
    public var epochs: Int
    /// Finished steps of this epoch, and all of them.
    public var step: Int
    public var steps: Int
    public var losses: [LossTerm]
    public var imagesPerSecond: Double
    /// Of training; validation is not counted.
    public var secondsLeft: Double

    public init(
      epoch: Int, epochs: Int, step: Int, steps: Int, losses: [LossTerm], imagesPerSecond: Double, secondsLeft: Double
    ) {
      self.epoch = epoch
      self.epochs = epochs
      self.step = step
      self.steps = steps
      self.losses = losses
      self.imagesPerSecond = imagesPerSecond
      self.secondsLeft = secondsLeft
    }
  }

  private let isTerminal: Bool
  private let secondsBetweenLines: Double
  private let write: (String) -> Void
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant?
  private var hasOpenLine = false

  /// - Parameters:
  ///   - isTerminal: whether a line can be renewed in place.
  ///   - secondsBetweenLines: the pause between two lines where it cannot.
  ///   - write: where text goes.
  public init(isTerminal: Bool, secondsBetweenLines: Double = 30, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.secondsBetweenLines = secondsBetweenLines
    self.write = write
  }

  /// On standard error, so that standard output stays for results.
  public static func standardError() -> TrainingProgress {
    TrainingProgress(isTerminal: isatty(STDERR_FILENO) == 1) { StandardError.write($0) }
  }

  public static func silent() -> TrainingProgress { TrainingProgress(isTerminal: false) { _ in } }

  /// Shows a step, unless the last one was shown a moment ago.
  public func show(_ snapshot: Snapshot) {
    let pause = isTerminal ? 0.1 : secondsBetweenLines
    if let lastShown, lastShown.duration(to: clock.now) < .seconds(pause), snapshot.step < snapshot.steps { return }
    lastShown = clock.now
    if isTerminal {
      write("\r\u{1B}[K" + Self.text(snapshot))
      hasOpenLine = true
    } else {
      write(Self.text(snapshot) + "\n")
    }
  }

  /// Shows a line that stays.
  public func line(_ text: String) {
    write((hasOpenLine ? "\n" : "") + TerminalText.escaped(text, keepingLines: true) + "\n")
    hasOpenLine = false
  }

  static func text(_ snapshot: Snapshot) -> String {
    let width = 20
    let filled = snapshot.steps > 0 ? width * snapshot.step / snapshot.steps : 0
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let losses = snapshot.losses.map { $0.name + String(format: " %.4g", $0.value) }.joined(separator: " ")
    let rate = String(format: "%.1f", snapshot.imagesPerSecond)
    return "epoch \(snapshot.epoch)/\(snapshot.epochs) \(bar) \(snapshot.step)/\(snapshot.steps)  \(losses)  "
      + "\(rate) images/s, \(duration(snapshot.secondsLeft)) left"
  }

  /// Hours, minutes and seconds; "?" where that is unknown.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
