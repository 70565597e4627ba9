import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// All figures in two tables; the best of a column is bold.
  static func figures(_ report: ComparisonReport) -> String {
    if report.entries.isEmpty { return "" }
    return accuracy(report) + cost(report)
  }

  private static func accuracy(_ report: ComparisonReport) -> String {
    let columns: [(name: String, value: (COCOSummary) -> Double?)] = [
      ("AP", \.averagePrecision), ("AP50", \.averagePrecision50), ("AP75", \.averagePrecision75),
      ("AP small", \.averagePrecisionSmall), ("AP medium", \.averagePrecisionMedium),
      ("AP large", \.averagePrecisionLarge), ("AR1", \.averageRecall1), ("AR10", \.averageRecall10),
      ("AR100", \.averageRecall100), ("AR small", \.averageRecallSmall), ("AR medium", \.averageRecallMedium),
      ("AR large", \.averageRecallLarge),
    ]
    let cells = columns.map { column in
      marked(report.entries.map { column.value($0.analysis.summary) }, greatestIsBest: true, text: HTMLText.percent)
    }
    let rows = ComparisonSeries.all(report).map { series in
      HTMLTable.row(series.label, numbers: cells.map { $0[series.index] })
    }
    return HTMLTable(
      caption: "Accuracy: the twelve figures of COCO in %", columns: ["detector"] + columns.map(\.name),
      kind: "figures", rows: rows
    ).html
  }

  private static func cost(_ report: ComparisonReport) -> String {
    let entries = report.entries
    if entries.allSatisfy({ $0.timing == nil && $0.cost == nil }) { return "" }
    func time(_ figure: (ComparedTiming.Spread) -> Double) -> [String] {
      marked(entries.map { $0.timing.map { figure($0.whole) } }, greatestIsBest: false) {
        $0.map(HTMLText.milliseconds) ?? "–"
      }
    }
    func cost(_ figure: (ComparedDetector.Cost) -> Double?, _ text: @escaping (Double) -> String) -> [String] {
      marked(entries.map { $0.cost.flatMap(figure) }, greatestIsBest: false) { $0.map(text) ?? "–" }
    }
    let rate = marked(entries.map { $0.timing.map { 1000 / $0.whole.mean } }, greatestIsBest: true) {
      $0.map(HTMLText.significant) ?? "–"
    }
    let proposals = entries.map { ($0.cost?.proposals ?? $0.setting.proposals).map { HTMLText.grouped($0) } ?? "–" }
    let columns: [(name: String, cells: [String])] = [
      ("median ms", time(\.median)), ("90 % ms", time(\.percentile90)), ("99 % ms", time(\.percentile99)),
      ("images/s", rate), ("memory", cost({ $0.peakMemory.map(Double.init) }, { HTMLText.bytes(Int($0)) })),
      ("parameters", cost({ Double($0.parameters) }, { "\(HTMLText.significant($0 / 1e6)) M" })),
      ("GFLOP", cost({ $0.operations / 1e9 }, HTMLText.significant)), ("proposals", proposals),
      ("file", cost({ Double($0.fileBytes) }, { HTMLText.bytes(Int($0)) })),
    ]
    let rows = ComparisonSeries.all(report).map { series in
      HTMLTable.row(series.label, numbers: columns.map { $0.cells[series.index] })
    }
    let about =
      "<p class=\"about\">Milliseconds are of a whole image, from the file to the detections; images a second follow from "
      + "the mean. GFLOP are billions of floating-point operations an image, a multiplication and an addition counted "
      + "as two; of a two-stage detector with the proposals stated.</p>"
    return HTMLTable(
      caption: "Time and cost", columns: ["detector"] + columns.map(\.name), kind: "figures", rows: rows
    ).html + about
  }

  /// The texts of a column, the best in bold where there is a choice.
  private static func marked(_ values: [Double?], greatestIsBest: Bool, text: (Double?) -> String) -> [String] {
    let known = values.compactMap(\.self)
    let best = Set(known).count < 2 ? nil : greatestIsBest ? known.max() : known.min()
    return values.map { $0 != nil && $0 == best ? "<b>\(text($0))</b>" : text($0) }
  }
}
