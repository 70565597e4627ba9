import DetectionUtilities
import Evaluation

extension EvaluationPage {
  static func errors(_ analysis: EvaluationAnalysis) -> String {
    let errors = analysis.errors
    var entries: [(name: String, gain: Double, count: String, kind: String)] = []
    for type in DetectionErrorType.allCases {
      let effect = errors.types[type.rawValue]
      entries.append(
        (
          "\(type.explanation) (\(type.rawValue))", effect?.averagePrecisionGain ?? 0, String(effect?.count ?? 0), "a"
        ))
    }
    entries.append(("all false positives last (FalsePos)", errors.falsePositiveGain, "", "b"))
    entries.append(("no object missed (FalseNeg)", errors.falseNegativeGain, "", "b"))
    let largest = entries.map(\.gain).max() ?? 0
    let rows = entries.map { entry -> String in
      let bar = HTMLText.barCell(largest > 0 ? entry.gain / largest : 0, kind: entry.kind)
      let figures = [HTMLText.fixed(100 * entry.gain, 2), entry.count].map(HTMLText.numberCell).joined()
      return "<tr><th>\(entry.name)</th>\(bar)\(figures)</tr>"
    }.joined()
    return HTMLPage.section(
      "Errors",
      "<p class=\"about\">By how many points the average precision at IoU \(errors.foregroundIoU) would rise if one type "
        + "of error were put right (TIDE, Bolya et al. 2020; background below IoU \(errors.backgroundIoU)). The gains do "
        + "not add up.</p><table>" + HTMLText.headerRow(["error", "", "points of AP", "errors"], firstNumber: 2)
        + "<tbody>\(rows)</tbody></table>")
  }

  static func calibration(_ analysis: EvaluationAnalysis) -> String {
    let calibration = analysis.calibration
    guard let expected = calibration.expected, let maximum = calibration.maximum else { return "" }
    var chart = SVGChart(width: 380, height: 300, xLabel: "confidence", yLabel: "share of right detections")
    for bin in calibration.bins {
      guard let precision = bin.precision else { continue }
      chart.addBar(from: bin.lower, to: bin.upper, height: precision, kind: "a")
    }
    chart.addDiagonal()
    for bin in calibration.bins {
      guard let confidence = bin.confidence, let precision = bin.precision, 0...1 ~= confidence else { continue }
      chart.addDot(confidence, precision, kind: "b")
    }
    let rows = calibration.bins.map { bin -> String in
      let figures = [String(bin.count), HTMLText.percent(bin.confidence), HTMLText.percent(bin.precision)]
      let cells = figures.map(HTMLText.numberCell).joined()
      return "<tr><th>\(HTMLText.fixed(bin.lower, 2)) to \(HTMLText.fixed(bin.upper, 2))</th>\(cells)</tr>"
    }.joined()
    let about =
      "<p class=\"about\">Expected calibration error \(HTMLText.percent(expected)) %, maximum "
      + "\(HTMLText.percent(maximum)) %, at IoU \(calibration.iouThreshold). A dot on the dashed line is a bin whose "
      + "scores tell the share of right detections.</p>"
    let table =
      "<table>" + HTMLText.headerRow(["confidence", "detections", "mean %", "right %"], firstNumber: 1)
      + "<tbody>\(rows)</tbody></table>"
    let picture = HTMLPage.figure(
      "Right detections by confidence", chart.svg("Calibration diagram"),
      legend: [("a", "share of right detections"), ("b", "at the bin's mean confidence")])
    return HTMLPage.section("Calibration", about + "<div class=\"row\">\(picture)\(table)</div>")
  }
}

extension DetectionErrorType {
  /// In words.
  var explanation: String {
    switch self {
    case .classification: "wrong class"
    case .localisation: "badly placed"
    case .both: "wrong class and badly placed"
    case .duplicate: "object found already"
    case .background: "nothing there"
    case .missed: "object missed"
    }
  }
}
