import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// More pairs than this are folded away, those without the most accurate detector.
  private static let mostPairs = 12
  /// With more pairs than this the tables of objects are folded.
  private static let mostOpenGroups = 1
  /// With more pairs than this the tables of objects are not printed unless they are open.
  private static let mostPrintedGroups = 3
  /// With more detectors than this numbers stand for names.
  private static let mostNames = 6

  static func pairs(_ report: ComparisonReport) -> String {
    guard let first = report.pairs.first else { return "" }
    let numbers = Dictionary(ComparisonSeries.all(report).map { ($0.entry.name, $0) }) { first, _ in first }
    let bootstrap = first.bootstrap.averagePrecision.difference
    let about =
      "<p class=\"about\">The first detector's AP less the second's, in points. The bar holds "
      + "\(HTMLText.fixed(100 * bootstrap.level, 0)) % of \(HTMLText.grouped(bootstrap.resamples)) resamples of the images "
      + "(paired percentile bootstrap: both detectors on the same ones); where it crosses the line at zero, the set does "
      + "not tell which is better. “First ahead” is the share of the resamples in which the first is better.</p>"
    var (shown, folded) = (report.pairs, [ComparedPair]())
    if report.pairs.count > mostPairs, let best = ComparisonFindings.ranked(report).first?.entry.name {
      shown = report.pairs.filter { $0.first == best || $0.second == best }
      folded = report.pairs.filter { $0.first != best && $0.second != best }
    }
    let scale = SVGScale.points(
      covering: report.pairs.map(\.bootstrap.averagePrecision.difference).flatMap { [$0.value, $0.lower, $0.upper, 0] })
    var body = about + (numbers.count > mostNames ? ComparisonSeries.legend(ComparisonSeries.all(report)) : "")
    body += forest(shown, numbers, scale, caption: "Differences of AP in points")
    if !folded.isEmpty {
      body += "<details><summary>The other \(folded.count) pairs, without the most accurate detector</summary>"
      body += forest(folded, numbers, scale, caption: "Differences of AP in points, the other pairs") + "</details>"
    }
    return body + groups(shown, numbers)
  }

  private static func forest(
    _ pairs: [ComparedPair], _ numbers: [String: ComparisonSeries], _ scale: SVGScale, caption: String
  ) -> String {
    let zero = SVGStrip(scale: scale).place(0)
    let rows = pairs.map { pair -> String in
      let difference = pair.bootstrap.averagePrecision.difference
      let strip = SVGStrip(scale: scale, height: 26).interval(
        difference.value, (difference.lower, difference.upper), kind: numbers[pair.first]?.kind ?? "a",
        note: "\(pair.first) less \(pair.second): \(signed(difference.value)), \(signed(difference.lower)) to "
          + signed(difference.upper))
      return HTMLTable.row(
        title(pair, numbers),
        [
          "<td class=\"strip zero\" style=\"background-position:\(zero)% 0\">\(strip)</td>",
          HTMLText.numberCell(signed(difference.value)),
          HTMLText.numberCell("\(signed(difference.lower)) to \(signed(difference.upper))"),
          HTMLText.numberCell("\(HTMLText.fixed(100 * pair.bootstrap.averagePrecision.shareFirstBetter, 0)) %"),
          "<td class=\"words\">\(HTMLText.escaped(pair.verdict))</td>",
        ])
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td>"
    return HTMLTable(
      caption: caption, columns: ["pair", "", "points", "interval", "first ahead", "in words"], firstNumber: 2,
      kind: "forest", rows: rows + [axis + "<td></td><td></td><td></td><td></td></tr>"]
    ).html
  }

  private static func title(_ pair: ComparedPair, _ numbers: [String: ComparisonSeries]) -> String {
    let isShort = numbers.count > mostNames
    let labels = [pair.first, pair.second].map { name in
      numbers[name].map { isShort ? $0.shortLabel : $0.label } ?? HTMLText.escaped(name)
    }
    return labels.joined(separator: isShort ? " less " : "<br>less ")
  }

  /// In points, with its sign.
  private static func signed(_ difference: Double) -> String {
    let text = HTMLText.fixed(100 * difference, 1)
    return ["0.0", "−0.0"].contains(text) ? "0.0" : difference > 0 ? "+\(text)" : text
  }

  /// Which objects one finds and the other misses.
  private static func groups(_ pairs: [ComparedPair], _ numbers: [String: ComparisonSeries]) -> String {
    let known = pairs.filter { !$0.groups.isEmpty }
    if known.isEmpty { return "" }
    let tables = known.map { pair -> String in
      let (first, second) = (HTMLText.escaped(pair.first), HTMLText.escaped(pair.second))
      let heading = "What \(first) finds and \(second) misses, and the other way round"
      let open = known.count <= mostOpenGroups ? " open" : ""
      let printed = known.count <= mostPrintedGroups ? " class=\"printed\"" : ""
      return "<details\(printed)\(open)><summary>\(heading)</summary>\(table(pair, numbers))</details>"
    }
    return
      "<h3>Object by object</h3><p class=\"about\">At an IoU of 0.5 and each detector's confidence of best F1. The bar "
      + "shows, from the left: found by both, by the first alone, by the second alone, by neither.</p>"
      + tables.joined()
  }

  private static func table(_ pair: ComparedPair, _ numbers: [String: ComparisonSeries]) -> String {
    let (first, second) = (numbers[pair.first], numbers[pair.second])
    let rows = pair.groups.map { group -> String in
      let counts = [group.foundByBoth, group.onlyFirst, group.onlySecond, group.missedByBoth]
      let kinds = ["both", first?.kind ?? "a", second?.kind ?? "b", "rest"]
      let colors = ["#94a3b8", SVGPalette.color(kinds[1]), SVGPalette.color(kinds[2]), "#e2e8f0"]
      let words = ["by both", "by the first alone", "by the second alone", "by neither"]
      let parts = counts.indices.map {
        SVGStrip.Part(
          length: Double(counts[$0]), kind: kinds[$0], color: colors[$0], note: "\(words[$0]): \(counts[$0])")
      }
      let strip = SVGStrip(scale: .upTo(Double(max(1, counts.reduce(0, +)))), height: 14).parts(
        parts, note: parts.map(\.note).joined(separator: ", "))
      let property =
        group.property == group.name ? "" : "<span class=\"about\">\(HTMLText.escaped(group.property))</span> "
      return HTMLTable.row(
        property + HTMLText.escaped(group.name),
        ["<td class=\"strip\">\(strip)</td>"]
          + ([group.objects] + counts).map { HTMLText.numberCell(HTMLText.grouped($0)) })
    }
    let names = [(first, pair.first), (second, pair.second)].map { "only \($0?.number ?? $1)" }
    return HTMLTable(
      caption: "Objects by who finds them: \(pair.first) and \(pair.second)",
      columns: ["objects", "", "all", "both", names[0], names[1], "neither"], firstNumber: 2, rows: rows
    ).html
  }
}
