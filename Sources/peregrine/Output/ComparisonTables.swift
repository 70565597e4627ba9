import Evaluation
import Foundation

/// A comparison for terminals: entries, stages, outcomes of pairs, failures, notes and the protocol.
struct ComparisonTables {
  private let report: ComparisonReport

  init(_ report: ComparisonReport) {
    self.report = report
  }

  /// Pairs beyond these stand in the files alone.
  private static let mostPairs = 15

  var text: String {
    var parts = [entries]
    if let stages { parts.append(stages) }
    if !report.pairs.isEmpty { parts.append(pairOutcomes) }
    if !report.failures.isEmpty {
      parts.append(
        report.failures.map { failure in
          "failed: \(failure.name) after \(failure.finishedImages) of \(report.data.images) images: \(failure.reason)"
        }.joined(separator: "\n"))
    }
    if !report.notes.isEmpty { parts.append(report.notes.map { "note: \($0)" }.joined(separator: "\n")) }
    var rules = [report.protocolLine]
    if !report.data.emptyClasses.isEmpty {
      rules.append("classes without an object, of which nothing is said: \(report.data.emptyClasses.abridged)")
    }
    if let timing = report.timingLine {
      rules.append("times \(timing); \(report.machine.processor), \(report.machine.instructions)")
    }
    return (parts + [rules.joined(separator: "\n")]).joined(separator: "\n\n")
  }

  private var entries: String {
    let front = Set(report.front.map(\.name))
    var table = TextTable(
      header: [
        "", "detector", "AP", "95 % interval", "AP50", "AP75", "S", "M", "L", "ms", "p90", "images/s", "peak MiB",
        "M param.", "GFLOP", "file MiB",
      ], numericColumns: Set(2...15))
    for entry in report.entries {
      let summary = entry.analysis.summary
      let interval = entry.analysis.intervals?.averagePrecision
      let averages = [
        summary.averagePrecision50, summary.averagePrecision75, summary.averagePrecisionSmall,
        summary.averagePrecisionMedium, summary.averagePrecisionLarge,
      ]
      let whole = entry.timing?.whole
      let cost = entry.cost
      table.rows.append(
        [
          front.contains(entry.name) ? "*" : "", entry.name, points(summary.averagePrecision),
          interval.map { "\(points($0.lower))–\(points($0.upper))" } ?? "–",
        ] + averages.map(points)
          + [
            number(whole?.median, "%.2f"), number(whole?.percentile90, "%.2f"),
            number(whole.map { 1e3 / $0.mean }, "%.1f"), number(cost?.peakMemory.map(mebibytes), "%.0f"),
            number(cost.map { Double($0.parameters) / 1e6 }, "%.2f"),
            number(cost.map { $0.operations / 1e9 }, "%.2f"), number((cost?.fileBytes).map(mebibytes), "%.1f"),
          ])
    }
    return table.text
  }

  /// Means, which add up.
  private var stages: String? {
    let timed = report.entries.filter { $0.timing != nil }
    if timed.isEmpty { return nil }
    let stages = ComparedTiming.Stage.allCases
    var table = TextTable(
      header: ["mean ms of"] + stages.map(\.rawValue) + ["whole", "accounted for"],
      numericColumns: Set(1...stages.count + 2))
    for entry in timed {
      guard let timing = entry.timing else { continue }
      let means = stages.map { stage in timing.stages.first { $0.stage == stage }?.spread.mean }
      table.rows.append(
        [entry.name] + means.map { number($0, "%.2f") }
          + [number(timing.whole.mean, "%.2f"), String(format: "%.1f %%", 100 * timing.accountedShare)])
    }
    return table.text
  }

  /// All pairs, or where there are many those with the entry of the highest AP.
  private var pairOutcomes: String {
    if report.pairs.count <= Self.mostPairs { return report.pairs.map(\.verdict).joined(separator: "\n") }
    let best = report.entries.max { ($0.averagePrecision ?? -1) < ($1.averagePrecision ?? -1) }?.name
    let chosen = report.pairs.filter { $0.first == best || $0.second == best }
    return (chosen.map(\.verdict) + ["\(report.pairs.count - chosen.count) more pairs stand in --json and --html."])
      .joined(separator: "\n")
  }

  private func points(_ fraction: Double?) -> String { number(fraction.map { 100 * $0 }, "%.2f") }
  private func number(_ value: Double?, _ format: String) -> String { value.map { String(format: format, $0) } ?? "–" }
  private func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
}
