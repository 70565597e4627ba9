import Files
internal import Foundation

/// The log of a run: a CSV file with one row per epoch, so that any tool can draw it.
///
/// Columns: epoch (from 1), learningRate (of the epoch's last step), loss, one column per loss term, imagesPerSecond,
/// AP and AP50, of a classifier top1 and top5, of a segmenter mIoU and pixelAccuracy (empty where the epoch was not validated), seconds (of training, without
/// validation).
public struct TrainingLog: Sendable {
  /// One epoch.
  public struct Row: Sendable {
    public var epoch: Int
    public var learningRate: Double
    public var losses: LossAverages
    public var imageCount: Int
    public var seconds: Double
    public var validation: ValidationResult?
    /// What validations of the run measure.
    public var validationKind: ValidationResult.Kind

    public init(
      epoch: Int, learningRate: Double, losses: LossAverages, imageCount: Int, seconds: Double,
      validation: ValidationResult?, validationKind: ValidationResult.Kind = .averagePrecision
    ) {
      self.epoch = epoch
      self.learningRate = learningRate
      self.losses = losses
      self.imageCount = imageCount
      self.seconds = seconds
      self.validation = validation
      self.validationKind = validation?.kind ?? validationKind
    }
  }

  public let path: String

  public init(path: String) { self.path = path }

  /// Appends a row, and the header before the first one.
  ///
  /// - Throws: ``TrainingError``, or an `OutputError` where the log cannot be written.
  public func append(_ row: Row) throws {
    let header = Self.header(lossNames: row.losses.names, validation: row.validationKind)
    var text = try existingText()
    if text.isEmpty { text = header + "\n" }
    let found = String(text.prefix { !$0.isNewline })
    guard found == header else {
      throw TrainingError.differentLogColumns(path: path, found: found, expected: header)
    }
    try write(text + Self.line(row) + "\n")
  }

  /// Removes the log of a run that is begun again.
  ///
  /// - Throws: ``TrainingError``.
  public func remove() throws(TrainingError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  /// Drops the rows of epochs that a resumed run will do again, and a last row that was cut off.
  ///
  /// - Parameter epoch: the number of finished epochs.
  /// - Throws: ``TrainingError``, or an `OutputError` where the log cannot be written.
  public func truncate(afterEpoch epoch: Int) throws {
    let text = try existingText()
    guard !text.isEmpty else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let kept = lines.enumerated().filter { index, line in
      index == 0 || line.prefix { $0 != "," }.wholeMatch(of: /[0-9]+/).flatMap { Int($0.output) } ?? .max <= epoch
    }
    try write(kept.map { $0.element + "\n" }.joined())
  }

  static func header(lossNames: [String], validation: ValidationResult.Kind = .averagePrecision) -> String {
    CSVOutput.line(
      ["epoch", "learningRate", "loss"] + lossNames + ["imagesPerSecond"] + validation.names + ["seconds"])
  }

  static func line(_ row: Row) -> String {
    let rate = row.seconds > 0 ? Double(row.imageCount) / row.seconds : 0
    let numbers = [row.learningRate, row.losses.total] + row.losses.means + [rate]
    let validation = row.validation.map { $0.values.map { Optional($0) } } ?? [nil, nil]
    return CSVOutput.line(
      [String(row.epoch)] + numbers.map { String(format: "%.6g", $0) }
        + validation.map { $0.map { String(format: "%.6f", $0) } ?? "" } + [String(format: "%.1f", row.seconds)])
  }

  private func existingText() throws(TrainingError) -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "" }
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  private func write(_ text: String) throws {
    try OutputFile.write(text, to: path)
  }
}
