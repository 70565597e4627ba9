import Evaluation

extension EvaluationPage {
  static func curves(_ analysis: EvaluationAnalysis) -> String {
    var precision = SVGChart(width: 500, height: 320, xLabel: "recall", yLabel: "precision")
    precision.addLine(PrecisionCurve.points(PrecisionCurve.mean(analysis.classes.compactMap(\.precision75))), kind: "b")
    precision.addLine(PrecisionCurve.points(PrecisionCurve.mean(analysis.classes.compactMap(\.precision50))), kind: "a")
    let first = HTMLPage.figure(
      "Precision over recall, mean of the classes", precision.svg("Precision over recall, mean of the classes"),
      legend: [("a", "IoU 0.5"), ("b", "IoU 0.75")])

    var confidence = SVGChart(width: 500, height: 320, xLabel: "confidence threshold")
    func line(_ value: (OperatingPointReport) -> Double?) -> [(x: Double, y: Double)] {
      analysis.points.compactMap { point in value(point).map { (point.confidence, $0) } }
    }
    confidence.addLine(line(\.precision), kind: "b")
    confidence.addLine(line(\.recall), kind: "c")
    confidence.addLine(line(\.f1), kind: "a")
    if let best = analysis.best, let f1 = best.f1, 0...1 ~= best.confidence {
      confidence.addMark(
        best.confidence, note: "best F1 \(HTMLText.fixed(f1, 3)) at \(HTMLText.fixed(best.confidence, 3))")
      confidence.addDot(best.confidence, f1, kind: "a")
    }
    let second = HTMLPage.figure(
      "Over the confidence threshold, at IoU \(analysis.settings.iouThreshold)",
      confidence.svg("F1, precision and recall over the confidence threshold"),
      legend: [("a", "F1"), ("b", "precision"), ("c", "recall")])
    return HTMLPage.section("Curves", "<div class=\"row\">\(first)\(second)</div>")
  }

  /// A small picture per class, in the order of the class list.
  static func classCurves(_ analysis: EvaluationAnalysis) -> String {
    let pictures = analysis.classes.compactMap { label -> String? in
      guard let precision50 = label.precision50, let precision75 = label.precision75 else { return nil }
      let scale = SVGScale(unitTicks: [0, 0.5, 1])
      var chart = SVGChart(width: 190, height: 140, xScale: scale, yScale: scale)
      chart.addLine(PrecisionCurve.points(precision75), kind: "b")
      chart.addLine(PrecisionCurve.points(precision50), kind: "a")
      return HTMLPage.figure(
        "\(label.name), AP \(HTMLText.percent(label.averagePrecision))",
        chart.svg("Precision over recall of \(label.name)"))
    }
    if pictures.isEmpty { return "" }
    return HTMLPage.section(
      "Precision over recall by class",
      "<div class=\"legend\"><span><i class=\"a\"></i>IoU 0.5</span><span><i class=\"b\"></i>IoU 0.75</span></div>"
        + "<div class=\"small\">\(pictures.joined())</div>", isLong: true)
  }
}
