import Evaluation

extension EvaluationPage {
  /// Classes by falling average precision; those without objects come last.
  static func classBars(_ analysis: EvaluationAnalysis) -> String {
    if analysis.classes.isEmpty { return "" }
    let sorted = analysis.classes.enumerated().sorted {
      let (a, b) = ($0.element.averagePrecision ?? -1, $1.element.averagePrecision ?? -1)
      return a != b ? a > b : $0.offset < $1.offset
    }.map(\.element)
    let rows = sorted.map { label -> String in
      let fractions: [Double?] = [
        label.averagePrecision, label.averagePrecision50, label.point.precision, label.point.recall,
      ]
      let figures = (fractions.map(HTMLText.percent) + [String(label.objects)]).map(HTMLText.numberCell).joined()
      let bar = HTMLText.barCell(label.averagePrecision ?? 0)
      return "<tr><th>\(HTMLText.escaped(label.name))</th>\(bar)\(figures)</tr>"
    }.joined()
    let note =
      "<p class=\"about\">In %. Precision and recall at confidence \(HTMLText.fixed(analysis.point.confidence, 3)) and IoU "
      + "\(analysis.settings.iouThreshold).</p>"
    return HTMLPage.section(
      "Classes",
      note + "<div class=\"scroll\"><table>"
        + HTMLText.headerRow(["class", "", "AP", "AP50", "precision", "recall", "objects"], firstNumber: 2)
        + "<tbody>\(rows)</tbody></table></div>", isLong: true)
  }

  static func attributes(_ analysis: EvaluationAnalysis) -> String {
    if analysis.attributes.isEmpty { return "" }
    let tables = analysis.attributes.map { breakdown in
      let rows = breakdown.bins.map { bin -> String in
        let fractions: [Double?] = [bin.averagePrecision, bin.averagePrecision50, bin.recall50]
        let figures = (fractions.map(HTMLText.percent) + [String(bin.objects)]).map(HTMLText.numberCell).joined()
        let bar = HTMLText.barCell(bin.averagePrecision ?? 0)
        return "<tr><th>\(bound(bin.lower)) to \(bound(bin.upper))</th>\(bar)\(figures)</tr>"
      }.joined()
      let name = String(breakdown.attribute.map { $0 == "_" ? " " : $0 })
      return "<table>" + HTMLText.headerRow([name, "", "AP", "AP50", "recall", "objects"], firstNumber: 2)
        + "<tbody>\(rows)</tbody></table>"
    }
    return HTMLPage.section(
      "By properties of the objects",
      "<p class=\"about\">In %. Precision is normalised for the number of objects (Hoiem et al. 2012); recall at IoU 0.5."
        + "</p><div class=\"row\">\(tables.joined())</div>")
  }

  private static func bound(_ value: Double) -> String {
    value == value.rounded() ? HTMLText.fixed(value, 0) : "\((1000 * value).rounded() / 1000)"
  }
}
