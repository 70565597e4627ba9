import Evaluation

extension EvaluationPage {
  /// With more classes than this the matrix is not shown as a whole.
  private static let largestMatrix = 20
  private static let pairCount = 20

  static func confusion(_ analysis: EvaluationAnalysis) -> String {
    let names = analysis.classes.map(\.name)
    if names.isEmpty { return "" }
    let confusion = analysis.confusion
    let about =
      "<p class=\"about\">At confidence \(HTMLText.fixed(confusion.confidence, 3)) and IoU \(confusion.iouThreshold), "
      + "as precision and recall above. Detections are matched within their class first; what is left over is paired "
      + "across classes, the highest overlap first."
    if names.count > largestMatrix {
      return HTMLPage.section("Confusions", about + "</p>" + pairs(confusion, names))
    }
    return HTMLPage.section(
      "Confusion matrix",
      about + " Rows are the objects' classes, columns the detections'; shades are shares of the row.</p>"
        + matrix(confusion.counts, names + ["background"]), isLong: names.count > 12)
  }

  private static func matrix(_ counts: [[Int]], _ names: [String]) -> String {
    let longest = min(150, 10 + 7 * (names.map(\.count).max() ?? 0))
    let header = names.map { "<th>\(HTMLText.upright($0, height: longest))</th>" }.joined()
    let rows = zip(names, counts).enumerated().map { row, entry -> String in
      let (name, counts) = entry
      let sum = max(1, counts.reduce(0, +))
      let cells = counts.enumerated().map { column, count -> String in
        if row == names.count - 1 && column == row { return "<td></td>" }
        let share = Double(count) / Double(sum)
        let color = row == column ? "37,150,90" : "214,90,30"
        let shade = count > 0 ? " style=\"background:rgba(\(color),\(HTMLText.fixed(0.1 + 0.6 * share, 2)))\"" : ""
        return "<td\(count > 0 ? "" : " class=\"zero\"")\(shade)>\(count)</td>"
      }.joined()
      return "<tr><th>\(HTMLText.escaped(name))</th>\(cells)</tr>"
    }.joined()
    return "<div class=\"scroll\"><table class=\"heat\"><thead><tr><th></th>\(header)</tr></thead>"
      + "<tbody>\(rows)</tbody></table></div>"
  }

  private static func pairs(_ confusion: ConfusionReport, _ names: [String]) -> String {
    let confusions = confusion.confusions
    if confusions.isEmpty { return "<p>No object was taken for another class.</p>" }
    let largest = Double(confusions[0].count)
    let rows = confusions.prefix(pairCount).map { pair -> String in
      let bar = HTMLText.barCell(Double(pair.count) / largest, kind: "b")
      let figures = [String(pair.count), HTMLText.percent(pair.share)].map(HTMLText.numberCell).joined()
      let (object, detection) = (HTMLText.escaped(names[pair.object]), HTMLText.escaped(names[pair.detection]))
      return "<tr><th>\(object)</th><th>\(detection)</th>\(bar)\(figures)</tr>"
    }.joined()
    let rest = confusions.count - min(pairCount, confusions.count)
    let note = rest > 0 ? "<p class=\"about\">And \(HTMLText.counted(rest, "pair", "pairs")) more.</p>" : ""
    return "<table>" + HTMLText.headerRow(["object", "taken for", "", "times", "% of objects"], firstNumber: 3)
      + "<tbody>\(rows)</tbody></table>" + note
  }
}
