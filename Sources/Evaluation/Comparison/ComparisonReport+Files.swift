import DetectionUtilities
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
  /// Form as ``CSVReport`` has it. A figure that does not exist is empty.
  public var table: String {
    func figure(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    func number(_ value: Int?) -> String { value.map(String.init) ?? "" }
    let header =
      Self.tableHeader
      + ComparedTiming.Stage.allCases.map { "\($0.rawValue.replacingOccurrences(of: " ", with: "_"))_ms" } + [
        "images_per_second", "peak_bytes", "parameters", "operations", "file_bytes", "on_front",
      ]
    let front = Set(front.map(\.name))
    let rows = entries.map { entry -> String in
      let summary = entry.analysis.summary
      let interval = entry.analysis.intervals?.averagePrecision
      let whole = entry.timing?.whole
      let names = [entry.name, entry.path, entry.family.rawValue].map(CSVReport.quoted)
      let setting =
        [number(entry.setting.width), number(entry.setting.height), number(entry.setting.proposals)]
        + [entry.setting.precision ?? "", number(entry.setting.threads)]
      let averages = [
        summary.averagePrecision, interval?.lower, interval?.upper, summary.averagePrecision50,
        summary.averagePrecision75, summary.averagePrecisionSmall, summary.averagePrecisionMedium,
        summary.averagePrecisionLarge,
      ].map(figure)
      let times = [whole?.median, whole?.mean, whole?.percentile90, whole?.percentile99].map(figure)
      let stages = ComparedTiming.Stage.allCases.map { stage in
        figure(entry.timing?.stages.first { $0.stage == stage }?.spread.median)
      }
      let costs = [
        figure(whole.map { 1e3 / $0.mean }), number(entry.cost?.peakMemory), number(entry.cost?.parameters),
        figure(entry.cost?.operations), number(entry.cost?.fileBytes),
        entry.timing == nil ? "" : front.contains(entry.name) ? "yes" : "no",
      ]
      return (names + setting + averages + times + stages + costs).joined(separator: ",")
    }
    return ([header.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }
}
