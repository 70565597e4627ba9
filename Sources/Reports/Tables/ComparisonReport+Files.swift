import DetectionUtilities
import Evaluation
import Files
import Foundation

extension ComparisonReport {
  /// Everything as JSON, written atomically.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path, formatting: .prettyPrinted)
  }

  /// ``table``, written atomically.
  public func writeTable(to path: String) throws {
    try OutputFile.write(table, to: path)
  }

  static let tableHeader = [
    "name", "path", "family", "width", "height", "proposals", "precision", "threads", "AP", "AP_lower", "AP_upper",
    "AP50", "AP75", "APsmall", "APmedium", "APlarge", "median_ms", "mean_ms", "p90_ms", "p99_ms",
  ]

  /// A table for spreadsheets: a row per entry, times in milliseconds, figures at full precision.
  ///
  /// Form as `CSVOutput` has it. A figure that does not exist is empty. Of masks the last column is `iou_type`.
  public var table: String {
    let header =
      Self.tableHeader
      + ComparedTiming.Stage.allCases.map { "\($0.rawValue.replacingOccurrences(of: " ", with: "_"))_ms" } + [
        "images_per_second", "peak_bytes", "parameters", "operations", "file_bytes", "on_front",
      ] + (entries.first?.analysis.maskIoUType == nil ? [] : ["iou_type"])
    let front = Set(front.map(\.name))
    var table = CSVOutput(header: header)
    for entry in entries {
      let summary = entry.analysis.summary
      let interval = entry.analysis.intervals?.averagePrecision
      let whole = entry.timing?.whole
      let names = [entry.name, entry.path, entry.family.rawValue]
      let setting =
        [entry.setting.width, entry.setting.height, entry.setting.proposals].map(CSVOutput.figure)
        + [entry.setting.precision ?? "", CSVOutput.figure(entry.setting.threads)]
      let averages = [
        summary.averagePrecision, interval?.lower, interval?.upper, summary.averagePrecision50,
        summary.averagePrecision75, summary.averagePrecisionSmall, summary.averagePrecisionMedium,
        summary.averagePrecisionLarge,
      ].map(CSVOutput.figure)
      let times = [whole?.median, whole?.mean, whole?.percentile90, whole?.percentile99].map(CSVOutput.figure)
      let stages = ComparedTiming.Stage.allCases.map { stage in
        CSVOutput.figure(entry.timing?.stages.first { $0.stage == stage }?.spread.median)
      }
      let costs = [
        CSVOutput.figure(whole.map { 1e3 / $0.mean }), CSVOutput.figure(entry.cost?.peakMemory),
        CSVOutput.figure(entry.cost?.parameters), CSVOutput.figure(entry.cost?.operations),
        CSVOutput.figure(entry.cost?.fileBytes),
        entry.timing == nil ? "" : front.contains(entry.name) ? "yes" : "no",
      ]
      let iouType = entry.analysis.maskIoUType.map { [$0.rawValue] } ?? []
      table.append(names + setting + averages + times + stages + costs + iouType)
    }
    return table.text
  }
}
