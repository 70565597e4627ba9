import DetectionUtilities
import Foundation

/// What the pages that compare classifiers and those that compare segmenters have in common: a figure with its interval for each
/// model, speed, every two against each other, and the classes.
struct ComparedModels {
  struct Entry {
    var name: String
    /// From 0 to 1.
    var figure: Double
    var interval: (lower: Double, upper: Double)
    var millisecondsPerImage: Double
  }

  struct Pair {
    var first: String
    var second: String
    /// Of the figure: the second's less the first's.
    var difference: BootstrapInterval
    /// What the two are to each other, in words.
    var sentence: String
    /// Further numbers.
    var cells: [String]
    /// Whether the images tell the two apart.
    var isClear: Bool
  }

  struct Class {
    var name: String
    var count: Int
    /// Of each model, from 0 to 1; nil where there is none.
    var figures: [Double?]

    /// How far the models lie apart.
    var range: Double { (figures.compactMap(\.self).max() ?? 0) - (figures.compactMap(\.self).min() ?? 0) }
  }

  /// What a model is, and what its figure is called.
  var kindOfModel: String
  var figureName: String
  var entries: [Entry]
  var pairs: [Pair]

  /// Most classes in the table; of more those in which the models differ most.
  private static let mostClasses = 60

  private static func kind(_ index: Int) -> String { SVGPalette.kinds[index % SVGPalette.kinds.count] }

  /// A number on the entry's colour, and its name.
  private func label(_ index: Int) -> String {
    "<i class=\"tag \(Self.kind(index))\">\(index + 1)</i> \(HTMLText.escaped(entries[index].name))"
  }

  private var scale: SVGScale {
    .percent(covering: entries.flatMap { [$0.figure, $0.interval.lower, $0.interval.upper] })
  }

  /// - Parameters:
  ///   - columns: behind the figure and its interval.
  ///   - cells: for each entry one for every column.
  func figures(caption: String, columns: [String], cells: [[String]]) -> String {
    let scale = scale
    let rows = entries.enumerated().map { index, entry -> String in
      let (low, high) = entry.interval
      let interval = "\(HTMLText.percent(low)) to \(HTMLText.percent(high))"
      let strip = SVGStrip(scale: scale).interval(
        entry.figure, (low, high), kind: Self.kind(index),
        note: "\(entry.name): \(HTMLText.percent(entry.figure)) %, \(interval)")
      return HTMLTable.row(
        label(index),
        ["<td class=\"strip\">\(strip)</td>"]
          + ([HTMLText.percent(entry.figure), interval] + cells[index]
          + [HTMLText.milliseconds(entry.millisecondsPerImage)]).map(HTMLText.numberCell))
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td></tr>"
    let table = HTMLTable(
      caption: caption, columns: [kindOfModel, "", "\(figureName) %", "95 %"] + columns + ["ms/image"], firstNumber: 2,
      rows: rows + [axis])
    return HTMLPage.section("Figures", table.html)
  }

  func speed() -> String {
    var chart = SVGChart(
      width: 640, height: 360, xLabel: "milliseconds an image (logarithmic)", yLabel: "\(figureName) in %",
      xScale: .logarithmic(covering: entries.map(\.millisecondsPerImage)), yScale: scale)
    for (index, entry) in entries.enumerated() {
      chart.addPoint(
        entry.millisecondsPerImage, entry.figure, interval: entry.interval, marker: .circle, kind: Self.kind(index),
        note: "\(index + 1) \(entry.name)")
    }
    let legend = entries.enumerated().map { (kind: Self.kind($0), text: "\($0 + 1) \($1.name)") }
    return HTMLPage.section(
      "Speed and accuracy",
      HTMLPage.figure(
        "Further left is faster, higher is more accurate", chart.svg("\(figureName) over time"), legend: legend))
  }

  /// - Parameters:
  ///   - about: what the columns are.
  ///   - columns: of the pairs' further numbers.
  func everyTwo(about: String, columns: [String]) -> String {
    if pairs.isEmpty { return "" }
    let scale = SVGScale.points(
      covering: pairs.flatMap { [$0.difference.value, $0.difference.lower, $0.difference.upper, 0] })
    let zero = SVGStrip(scale: scale).place(0)
    let rows = pairs.map { pair -> String in
      let difference = pair.difference
      let strip = SVGStrip(scale: scale, height: 26).interval(
        difference.value, (difference.lower, difference.upper), kind: "a", note: pair.sentence)
      let numbers = [
        Self.signed(difference.value), "\(Self.signed(difference.lower)) to \(Self.signed(difference.upper))",
      ]
      return HTMLTable.row(
        "\(HTMLText.escaped(pair.second))<br>less \(HTMLText.escaped(pair.first))",
        ["<td class=\"strip zero\" style=\"background-position:\(zero)% 0\">\(strip)</td>"]
          + (numbers + pair.cells).map(HTMLText.numberCell)
          + ["<td class=\"words\">\(pair.isClear ? "" : "these images do not tell them apart")</td>"])
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td></tr>"
    let table = HTMLTable(
      caption: "Differences of \(figureName) in points", columns: ["pair", "", "points", "95 %"] + columns + [""],
      firstNumber: 2, kind: "forest", rows: rows + [axis])
    return HTMLPage.section("Every two", "<p class=\"about\">\(about)</p>" + table.html)
  }

  /// In points, with its sign.
  private static func signed(_ difference: Double) -> String {
    let text = HTMLText.fixed(100 * difference, 2)
    return difference > 0 ? "+\(text)" : text
  }

  /// - Parameters:
  ///   - figure: of a class, such as Recall.
  ///   - counted: what is counted of a class, such as images.
  func classes(_ classes: [Class], figure: String, counted: String) -> String {
    let shown =
      classes.count <= Self.mostClasses
      ? classes : Array(classes.sorted { $1.range < $0.range }.prefix(Self.mostClasses))
    let rows = shown.map { entry in
      HTMLTable.row(
        HTMLText.escaped(entry.name),
        numbers: [HTMLText.grouped(entry.count)] + entry.figures.map { HTMLText.percent($0) })
    }
    let table = HTMLTable(
      caption: shown.count < classes.count ? "\(figure) in %, where it differs most" : "\(figure) in %",
      columns: ["class", counted] + entries.map(\.name), rows: rows)
    return HTMLPage.section("Classes", table.html, isLong: true)
  }
}
