import ArgumentParser
import Files
import Foundation
import Inference

/// What `detect` shows while it runs: a table per image or lines of JSON, failures, and how far it got.
struct DetectionOutput {
  /// Images shown.
  private(set) var count = 0
  private var failureCount = 0
  private let total: Int?
  private let confidence: Double
  private let bar: ProgressLine?
  private let lines: LineFile?
  private let showsTables: Bool

  /// - Parameters:
  ///   - total: nil for a stream.
  ///   - jsonLines: a path, or - for standard output.
  init(total: Int?, confidence: Double, jsonLines: String?) throws {
    self.total = total
    self.confidence = confidence
    bar = total.flatMap { $0 > 1 ? ProgressLine("detect", total: $0) : nil }
    showsTables = !StandardOutput.isReserved
    lines = try jsonLines.map(LineFile.init)
  }

  /// Shows what became of the next image.
  mutating func show(_ outcome: DetectionRun.Outcome) throws {
    bar?.clear()
    switch outcome {
    case .report(let report):
      if showsTables { try LineFile.standardOutput.write(table(report)) }
      try lines?.write(report.line())
    case .failure(_, let reason):
      failureCount += 1
      printError("peregrine: \(TerminalText.escaped(reason))")
    }
    count += 1
    bar?.update(count)
  }

  /// Says how the run ended, by an exit code too.
  func finish(annotated folder: String?, wasInterrupted: Bool) throws {
    if let folder, count > failureCount, showsTables {
      try LineFile.standardOutput.write("Annotated images are in \(TerminalText.escaped(folder))")
    }
    if failureCount > 0 {
      printError("peregrine: \(failureCount) of \(count) \(total == nil ? "frames" : "images") failed")
    }
    if wasInterrupted { throw ExitStatus.interrupted }
    if failureCount > 0 { throw ExitStatus.partial }
  }

  private func table(_ report: DetectionReport) -> String {
    let heading = "\(TerminalText.escaped(report.image)) (\(report.width)×\(report.height))\n"
    if report.detections.isEmpty { return "\(heading)  no objects above \(confidence)" }
    var table = TextTable(header: ["", "label", "score", "x1", "y1", "x2", "y2"], numericColumns: [2, 3, 4, 5, 6])
    for detection in report.detections {
      table.rows.append(
        ["", detection.label, String(format: "%.3f", detection.score)]
          + detection.box.map { String(format: "%.1f", $0) })
    }
    return heading + table.text
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

extension DetectionRun.Outcome {
  /// Nil for a failure.
  var report: DetectionReport? {
    if case .report(let report) = self { report } else { nil }
  }

  var image: String {
    switch self {
    case .report(let report): report.image
    case .failure(let image, _): image
    }
  }
}
