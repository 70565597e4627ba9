import Evaluation
import EvaluationTesting
import Foundation
import Reports
import Testing

@Suite struct ComparisonReportFilesTests {
  private let set: ScriptedComparison
  private let report: ComparisonReport

  init() throws {
    set = try ScriptedComparison()
    let measurement = try ComparisonMeasurement(
      of: [set.results("good", ScriptedComparison.good), set.results("poor, or so", ScriptedComparison.poor)],
      on: set.dataset,
      rounds: 1)
    report = ComparisonReport(measurement, path: "set", settings: .init(resamples: 200, seed: 1))
  }

  @Test func survivesJSON() throws {
    try report.write(to: set.folder.path("report.json"))
    let data = try Data(contentsOf: URL(fileURLWithPath: set.folder.path("report.json")))
    let again = try JSONDecoder().decode(ComparisonReport.self, from: data)
    #expect(again.pairs == report.pairs)
    #expect(again.disagreements == report.disagreements)
    #expect(again.entries.map(\.name) == report.entries.map(\.name))
    #expect(again.machine == report.machine && again.machine.cores > 0)
  }

  @Test func theTableHasARowForEveryEntry() throws {
    try report.writeTable(to: set.folder.path("table.csv"))
    let text = try String(contentsOfFile: set.folder.path("table.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 3)
    #expect(rows[0].count == rows[1].count)
    #expect(rows[1].prefix(3) == ["good", "good.json", "results"])
    #expect(rows[1][8] == "1.0")
    #expect(text.contains("\"poor, or so\",\"poor, or so.json\",results"))
  }

  @Test func aTableOfMasksSaysSo() {
    var masks = report
    for index in masks.entries.indices { masks.entries[index].analysis.maskIoUType = .boundary }
    let lines = masks.table.split(separator: "\n")
    #expect(lines.map { $0.hasSuffix(",on_front,iou_type") } == [true, false, false])
    #expect(lines.map { $0.hasSuffix(",boundary") } == [false, true, true])
    #expect(!report.table.contains("iou_type"))
  }
}
