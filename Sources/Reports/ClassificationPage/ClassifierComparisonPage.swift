import DetectionUtilities
import Evaluation
import Files
import ImageCodecs

/// A comparison of classifiers as one HTML page that needs nothing else: figures, every two against each other, the classes, and
/// the images on which they disagree.
public struct ClassifierComparisonPage: Sendable, Hashable {
  public let text: String

  /// An image on which they disagree, with its pixels.
  public struct Picture: Sendable {
    public var disagreement: ClassifierComparisonReport.Disagreement
    public var image: RGBImage

    public init(_ disagreement: ClassifierComparisonReport.Disagreement, image: RGBImage) {
      self.disagreement = disagreement
      self.image = image.thumbnail
    }
  }

  /// Most classes in the table; of more those in which the classifiers differ most.
  private static let mostClasses = 60

  /// - Parameter title: what was compared on what.
  public init(_ report: ClassifierComparisonReport, title: String, pictures: [Picture] = []) throws {
    let interval = report.pairs.first?.comparison.difference
    let resamples = interval.map {
      "; differences over \(HTMLText.grouped($0.resamples)) resamples of the same images for both (paired bootstrap)"
    }
    text = HTMLPage.document(
      title: title, protocolLine: "Wilson intervals of 95 %\(resamples ?? "")", style: ComparisonPage.style,
      sections: [
        Self.figures(report), Self.speed(report), Self.pairs(report), Self.classes(report),
        try Self.gallery(report, pictures),
      ])
  }

  /// Writes the page atomically.
  public func write(to path: String) throws { try OutputFile.write(text, to: path) }

  private static func kind(_ index: Int) -> String { SVGPalette.kinds[index % SVGPalette.kinds.count] }

  /// A number on the entry's colour, and its name.
  private static func label(_ index: Int, _ entry: ClassifierComparisonReport.Entry) -> String {
    "<i class=\"tag \(kind(index))\">\(index + 1)</i> \(HTMLText.escaped(entry.name))"
  }

  private static func figures(_ report: ClassifierComparisonReport) -> String {
    let rates = report.entries.map(\.result.topOne)
    let scale = SVGScale.percent(covering: rates.flatMap { [$0.value, $0.low, $0.high] })
    let rows = report.entries.enumerated().map { index, entry -> String in
      let (rate, result) = (entry.result.topOne, entry.result)
      let interval = "\(HTMLText.percent(rate.low)) to \(HTMLText.percent(rate.high))"
      let strip = SVGStrip(scale: scale).interval(
        rate.value, (rate.low, rate.high), kind: kind(index),
        note: "\(entry.name): \(HTMLText.percent(rate.value)) %, \(interval)")
      return HTMLTable.row(
        label(index, entry),
        ["<td class=\"strip\">\(strip)</td>"]
          + [
            HTMLText.percent(rate.value), interval, HTMLText.percent(result.topFive.value),
            HTMLText.percent(result.expectedCalibrationError), HTMLText.fixed(result.crossEntropy, 3),
            HTMLText.grouped(entry.parameters), HTMLText.milliseconds(entry.millisecondsPerImage),
          ].map(HTMLText.numberCell))
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td></tr>"
    let table = HTMLTable(
      caption: "\(report.imageCount) images",
      columns: ["classifier", "", "top-1 %", "95 %", "top-5 %", "ECE %", "cross-entropy", "parameters", "ms/image"],
      firstNumber: 2, rows: rows + [axis])
    return HTMLPage.section("Figures", table.html)
  }

  private static func speed(_ report: ClassifierComparisonReport) -> String {
    let rates = report.entries.map(\.result.topOne)
    var chart = SVGChart(
      width: 640, height: 360, xLabel: "milliseconds an image (logarithmic)", yLabel: "top-1 in %",
      xScale: .logarithmic(covering: report.entries.map(\.millisecondsPerImage)),
      yScale: .percent(covering: rates.flatMap { [$0.value, $0.low, $0.high] }))
    for (index, entry) in report.entries.enumerated() {
      let rate = entry.result.topOne
      chart.addPoint(
        entry.millisecondsPerImage, rate.value, interval: (rate.low, rate.high), marker: .circle, kind: kind(index),
        note: "\(index + 1) \(entry.name)")
    }
    let legend = report.entries.enumerated().map { (kind: kind($0), text: "\($0 + 1) \($1.name)") }
    return HTMLPage.section(
      "Speed and accuracy",
      HTMLPage.figure(
        "Further left is faster, higher is more accurate", chart.svg("Accuracy over time"), legend: legend))
  }

  private static func pairs(_ report: ClassifierComparisonReport) -> String {
    if report.pairs.isEmpty { return "" }
    let differences = report.pairs.map(\.comparison.difference)
    let scale = SVGScale.points(covering: differences.flatMap { [$0.value, $0.lower, $0.upper, 0] })
    let zero = SVGStrip(scale: scale).place(0)
    let rows = report.pairs.map { pair -> String in
      let (comparison, difference) = (pair.comparison, pair.comparison.difference)
      let strip = SVGStrip(scale: scale, height: 26).interval(
        difference.value, (difference.lower, difference.upper), kind: "a", note: pair.sentence)
      return HTMLTable.row(
        "\(HTMLText.escaped(pair.second))<br>less \(HTMLText.escaped(pair.first))",
        [
          "<td class=\"strip zero\" style=\"background-position:\(zero)% 0\">\(strip)</td>",
          HTMLText.numberCell(signed(difference.value)),
          HTMLText.numberCell("\(signed(difference.lower)) to \(signed(difference.upper))"),
          HTMLText.numberCell("\(comparison.onlySecond) : \(comparison.onlyFirst)"),
          HTMLText.numberCell(String(HTMLText.significant(comparison.probability))),
          "<td class=\"words\">\(comparison.isClear ? "" : "these images do not tell them apart")</td>",
        ])
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td></tr>"
    let about =
      "<p class=\"about\">Top-1 of the one less that of the other, in points. “Right alone” counts the images that only one of "
      + "the two gets right; p is the probability of so uneven a split between equals (McNemar's exact test).</p>"
    let table = HTMLTable(
      caption: "Differences of top-1 in points", columns: ["pair", "", "points", "95 %", "right alone", "p", ""],
      firstNumber: 2, kind: "forest", rows: rows + [axis])
    return HTMLPage.section("Every two", about + table.html)
  }

  /// In points, with its sign.
  private static func signed(_ difference: Double) -> String {
    let text = HTMLText.fixed(100 * difference, 2)
    return difference > 0 ? "+\(text)" : text
  }

  private static func classes(_ report: ClassifierComparisonReport) -> String {
    guard let names = report.entries.first?.result.classNames else { return "" }
    func recalls(_ index: Int) -> [Double] { report.entries.map { $0.result.classes[index].recall.value } }
    func range(_ index: Int) -> Double { (recalls(index).max() ?? 0) - (recalls(index).min() ?? 0) }
    let seen = names.indices.filter { report.entries[0].result.classes[$0].recall.count > 0 }
    let shown = seen.count <= mostClasses ? seen : Array(seen.sorted { range($1) < range($0) }.prefix(mostClasses))
    let rows = shown.map { index in
      HTMLTable.row(
        HTMLText.escaped(names[index]),
        numbers: [String(report.entries[0].result.classes[index].recall.count)]
          + recalls(index).map { HTMLText.percent($0) })
    }
    let table = HTMLTable(
      caption: shown.count < seen.count ? "Recall in %, where it differs most" : "Recall in %",
      columns: ["class", "images"] + report.entries.map(\.name), rows: rows)
    return HTMLPage.section("Classes", table.html, isLong: true)
  }

  private static func gallery(_ report: ClassifierComparisonReport, _ pictures: [Picture]) throws -> String {
    if pictures.isEmpty { return "" }
    let names = report.entries.first?.result.classNames ?? []
    let figures = try pictures.map { picture -> String in
      let found = picture.disagreement
      let said = report.entries.indices.map { index in
        "\(index + 1): \(names[found.predicted[index]]) \(HTMLText.percent(found.confidences[index])) %"
      }
      return try HTMLPage.figure(
        picture.image, name: found.image,
        caption: "\(found.image): \(names[found.truth]); " + said.joined(separator: ", "))
    }.joined(separator: "\n")
    let about =
      "<p class=\"about\">Images that some get right and others do not, the most confidently wrong first, with what each of the "
      + "numbered classifiers says.</p>"
    return HTMLPage.section(
      "Where they disagree", about + "<div class=\"pictures\">\(figures)</div>", isLong: true)
  }
}
