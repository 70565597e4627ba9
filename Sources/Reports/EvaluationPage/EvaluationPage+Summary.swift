import DetectionUtilities
import Evaluation

extension EvaluationPage {
  static func summary(_ analysis: EvaluationAnalysis) -> String {
    let summary = analysis.summary
    let cards: [(String, Double?)] = [
      ("AP", summary.averagePrecision), ("AP50", summary.averagePrecision50), ("AP75", summary.averagePrecision75),
      ("AR1", summary.averageRecall1), ("AR10", summary.averageRecall10), ("AR100", summary.averageRecall100),
    ]
    let cells = cards.map { "<div><b>\(HTMLText.percent($0.1))</b><span>\($0.0) in %</span></div>" }.joined()
    var body = HTMLPage.masks(analysis.iouType) + "<div class=\"cards\">\(cells)</div>"
    body += "<div class=\"row\">\(sizes(summary))\(operatingPoint(analysis))</div>"
    let objects = analysis.classes.reduce(0) { $0 + $1.objects }
    let withoutObjects = analysis.classes.filter { $0.objects == 0 }.count
    body += "<p class=\"about\">\(HTMLText.counted(analysis.images, "image", "images")), "
    body += "\(HTMLText.counted(objects, "object", "objects")) to be found, "
    body += HTMLText.counted(analysis.classes.count, "class", "classes")
    body += withoutObjects > 0 ? ", \(withoutObjects) of them without objects and left out of the means.</p>" : ".</p>"
    return HTMLPage.section("Summary", body + intervals(analysis))
  }

  private static func sizes(_ summary: COCOSummary) -> String {
    let rows: [(String, Double?, Double?)] = [
      ("small, to 32² pixels", summary.averagePrecisionSmall, summary.averageRecallSmall),
      ("medium, to 96²", summary.averagePrecisionMedium, summary.averageRecallMedium),
      ("large", summary.averagePrecisionLarge, summary.averageRecallLarge),
    ]
    let body = rows.map { name, precision, recall -> String in
      let figures = [precision, recall].map { HTMLText.numberCell(HTMLText.percent($0)) }.joined()
      return "<tr><th>\(name)</th>\(HTMLText.barCell(precision ?? 0))\(figures)</tr>"
    }.joined()
    let header = HTMLText.headerRow(["objects", "", "AP in %", "AR in %"], firstNumber: 2)
    return "<table>\(header)<tbody>\(body)</tbody></table>"
  }

  private static func operatingPoint(_ analysis: EvaluationAnalysis) -> String {
    let point = analysis.point
    let rows: [(String, String)] = [
      ("confidence from", HTMLText.fixed(point.confidence, 3)),
      ("IoU from", "\(analysis.settings.iouThreshold)"),
      ("precision in %", HTMLText.percent(point.precision)), ("recall in %", HTMLText.percent(point.recall)),
      ("F1 in %", HTMLText.percent(point.f1)),
      ("right, wrong, missed", "\(point.truePositives), \(point.falsePositives), \(point.falseNegatives)"),
      ("log-average miss rate in %", HTMLText.percent(analysis.missRate)),
    ]
    let heading = analysis.settings.confidence == nil ? "at the confidence of the best F1" : "at the confidence given"
    let body = rows.map { "<tr><th>\($0.0)</th>\(HTMLText.numberCell($0.1))</tr>" }.joined()
    return "<table>\(HTMLText.headerRow([heading, ""], firstNumber: 1))<tbody>\(body)</tbody></table>"
  }

  private static func intervals(_ analysis: EvaluationAnalysis) -> String {
    guard let intervals = analysis.intervals else { return "" }
    let figures = [("AP", intervals.averagePrecision), ("AP50", intervals.averagePrecision50)].map { name, interval in
      "\(name) \(HTMLText.percent(interval.value)), between \(HTMLText.percent(interval.lower)) and "
        + HTMLText.percent(interval.upper)
    }.joined(separator: "; ")
    let interval = intervals.averagePrecision
    return "<p>\(HTMLText.fixed(100 * interval.level, 0)) % confidence intervals: \(figures) (percentile bootstrap "
      + "over images, \(interval.resamples) resamples).</p>"
  }
}
