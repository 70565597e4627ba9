import ArgumentParser
import Files
import Foundation
import Inference

/// What a command shows that goes through images: a text for each or lines of JSON, failures, and how far it got.
struct ImageRunOutput {
  /// Images shown.
  private(set) var count = 0
  private var failureCount = 0
  private let total: Int?
  private let bar: ProgressLine?
  private let lines: LineFile?
  private let showsTexts: Bool

  /// - Parameters:
  ///   - command: its name, for the progress bar.
  ///   - total: nil for a stream.
  ///   - jsonLines: a path, or - for standard output.
  init(_ command: String, total: Int?, jsonLines: String? = nil) throws {
    self.total = total
    bar = total.flatMap { $0 > 1 ? ProgressLine(command, total: $0) : nil }
    showsTexts = !StandardOutput.isReserved
    lines = try jsonLines.map(LineFile.init)
  }

  /// Shows what became of the next image.
  ///
  /// - Parameter text: of a report, below the heading with the image's name.
  mutating func show<Report>(_ outcome: ImageOutcome<Report>, text: (Report) -> String) throws {
    bar?.clear()
    switch outcome {
    case .report(let report):
      if showsTexts { try LineFile.standardOutput.write(text(report)) }
      try lines?.write(report.line())
    case .failure(_, let reason):
      failureCount += 1
      printError("peregrine: \(TerminalText.escaped(reason))")
    }
    count += 1
    bar?.update(count)
  }

  /// An image's name and size, as texts begin.
  static func heading(_ image: String, width: Int, height: Int) -> String {
    "\(TerminalText.escaped(image)) (\(width)×\(height))"
  }

  /// Throws where the run did not come to its end: stopped before the last file, or a stream without an image.
  func checkWhole(wasInterrupted: Bool) throws {
    if let total, count < total { throw Interrupted(done: count, total: total) }
    if total == nil, count == 0 && !wasInterrupted { throw EmptyStream() }
  }

  /// Says how the run ended, by an exit code too.
  ///
  /// - Parameter made: what was made of the images, in a sentence.
  func finish(made: String? = nil, wasInterrupted: Bool = false) throws {
    if let made, count > failureCount, showsTexts { try LineFile.standardOutput.write(made) }
    if failureCount > 0 {
      printError("peregrine: \(failureCount) of \(count) \(total == nil ? "frames" : "images") failed")
    }
    if wasInterrupted { throw ExitStatus.interrupted }
    if failureCount > 0 { throw ExitStatus.partial }
  }
}

/// An output to which lines are written at once: a file, standard output, a device or a FIFO.
struct LineFile {
  private let writer: OutputWriter

  static var standardOutput: LineFile {
    get throws { try LineFile("-") }
  }

  /// A new file, or an old one emptied; - is standard output.
  init(_ path: String) throws(OutputError) { writer = try OutputWriter(appendingTo: path) }

  /// Writes at once, so that whole lines stand in the file and none is held back.
  func write(_ line: String) throws { try writer.write(Array("\(line)\n".utf8)) }
}

/// A run over files that was stopped by a signal.
struct Interrupted: Error, CustomStringConvertible {
  var done: Int
  var total: Int
  var description: String { "interrupted after \(done) of \(total) images; no results were written" }
}

/// A stream that ended before its first image.
struct EmptyStream: Error, CustomStringConvertible {
  var description: String {
    "standard input: no image arrived; expected JPEG, PNG, WebP or BMP images one behind the other, or frames with --raw"
  }
}
