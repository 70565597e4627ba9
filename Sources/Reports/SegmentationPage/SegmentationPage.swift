import DetectionUtilities
import Evaluation
import Files
import ImageCodecs

/// A segmenter's evaluation as one HTML page that needs nothing else: figures, classes, confusion matrix, and the images of the
/// worst label maps beside the truth.
public struct SegmentationPage: Sendable, Hashable {
  public let text: String

  /// Most images that a page shows.
  public static let pictureCount = 12

  /// - Parameters:
  ///   - title: what was evaluated on what.
  ///   - colors: by class, as in the pictures.
  /// - Precondition: a colour for every class.
  public init(
    _ result: SegmentationResult, title: String, colors: [RGBColor], pictures: [SegmentationPicture] = []
  ) throws {
    precondition(colors.count == result.classes.count, "a colour for every class")
    let resamples = result.intervals.map { "; intervals of \(HTMLText.grouped($0.meanIoU.resamples)) resampled images" }
    text = HTMLPage.document(
      title: title,
      protocolLine: "One confusion matrix over all labelled pixels of \(result.imageCount) images\(resamples ?? "")",
      style: Self.style,
      sections: [
        Self.summary(result), Self.regions(result), Self.classes(result, colors), Self.confusion(result),
        try Self.gallery(result, colors, pictures),
      ])
  }

  /// Writes the page atomically.
  public func write(to path: String) throws { try OutputFile.write(text, to: path) }

  /// The images whose label maps are the worst by mean IoU, at most ``pictureCount``.
  public static func worst(_ images: [SegmentedImageFigures]) -> [SegmentedImageFigures] {
    Array(images.sorted { ($0.meanIoU, $0.image) < ($1.meanIoU, $1.image) }.prefix(pictureCount))
  }

  static let style = """
    i.swatch { display: inline-block; width: 14px; height: 14px; border-radius: 3px; vertical-align: -2px;
      margin-right: 6px; border: 1px solid var(--rule); }
    .triple { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; margin: 4px 0 18px; }
    .triple img { width: 100%; height: auto; display: block; border-radius: 3px; }
    .triple span { color: var(--muted); font-size: 12px; }
    """

  private static func swatch(_ color: RGBColor) -> String {
    "<i class=\"swatch\" style=\"background:rgb(\(color.red),\(color.green),\(color.blue))\"></i>"
  }

  private static func percent(_ interval: BootstrapInterval?) -> String {
    interval.map { "\(HTMLText.percent($0.lower)) to \(HTMLText.percent($0.upper))" } ?? ""
  }

  private static func summary(_ result: SegmentationResult) -> String {
    func row(_ name: String, _ value: Double?, _ interval: BootstrapInterval?) -> String {
      HTMLTable.row(
        name,
        [HTMLText.numberCell(HTMLText.percent(value)), HTMLText.numberCell(percent(interval))]
          + [HTMLText.barCell(value ?? 0)])
    }
    let intervals = result.intervals
    var rows = [
      row("mean IoU", result.meanIoU, intervals?.meanIoU),
      row("class accuracy", result.classAccuracy, intervals?.classAccuracy),
      row("pixel accuracy", result.pixelAccuracy, intervals?.pixelAccuracy),
      row("pixel error", result.pixelError, nil),
      row("frequency-weighted IoU", result.frequencyWeightedIoU, intervals?.frequencyWeightedIoU),
    ]
    var about = ""
    if let boundary = result.boundary {
      rows.append(row("boundary F", boundary.meanFScore, intervals?.boundaryFScore))
      about =
        "<p class=\"about\">Boundary F: mean over \(HTMLText.counted(boundary.imageCount, "image", "images")) of the mean over "
        + "an image's classes; boundaries agree within \(HTMLText.fixed(100 * boundary.tolerance, 2)) % of the image's "
        + "diagonal.</p>"
    }
    let table = HTMLTable(
      caption: "Agreement with the truth", columns: ["", "%", "95 % (bootstrap)", ""], rows: rows)
    return HTMLPage.section("Summary", table.html + about)
  }

  private static func regions(_ result: SegmentationResult) -> String {
    guard let regions = result.regions, let mean = regions.mean else { return "" }
    func row(_ name: String, _ value: Double, _ interval: BootstrapInterval? = nil) -> String {
      HTMLTable.row(
        name,
        numbers: [
          HTMLText.fixed(value, 4),
          interval.map { "\(HTMLText.fixed($0.lower, 4)) to \(HTMLText.fixed($0.upper, 4))" } ?? "",
        ])
    }
    let intervals = result.intervals
    let table = HTMLTable(
      caption:
        "Regions between “\(regions.border)”, means of \(HTMLText.counted(regions.imageCount, "image", "images"))",
      columns: ["", "", "95 % (bootstrap)"],
      rows: [
        row("Rand F-score", mean.randFScore, intervals?.randFScore), row("adapted Rand error", mean.adaptedRandError),
        row("Rand split score", mean.randSplitScore), row("Rand merge score", mean.randMergeScore),
        row("information F-score", mean.informationFScore),
        row("variation of information, bits", mean.variationOfInformation, intervals?.variationOfInformation),
        row("of which false splits", mean.falseSplits), row("of which false merges", mean.falseMerges),
      ])
    let about =
      "<p class=\"about\">Regions are pixels that touch by their sides. Pixels that the truth has as border count for "
      + "nothing.</p>"
    return HTMLPage.section("Regions", table.html + about)
  }

  private static func classes(_ result: SegmentationResult, _ colors: [RGBColor]) -> String {
    let total = Double(max(1, result.classes.reduce(0) { $0 + $1.shown }))
    let rows = result.classes.enumerated().map { index, figures in
      HTMLTable.row(
        swatch(colors[index]) + HTMLText.escaped(figures.name),
        [
          HTMLText.grouped(figures.shown), HTMLText.percent(Double(figures.shown) / total),
          HTMLText.percent(figures.iou),
          HTMLText.percent(figures.accuracy), HTMLText.percent(result.boundary?.fScores[index]),
        ].map(HTMLText.numberCell) + [HTMLText.barCell(figures.iou ?? 0)])
    }
    let table = HTMLTable(
      caption: "Classes", columns: ["class", "pixels", "% of pixels", "IoU %", "accuracy %", "boundary F %", "IoU"],
      rows: rows)
    return HTMLPage.section("Classes", table.html, isLong: true)
  }

  /// Most classes of which the confusion matrix is drawn; of more the most frequent confusions are listed.
  private static let largestMatrix = 24
  private static let pairCount = 20

  private static func confusion(_ result: SegmentationResult) -> String {
    let names = result.classes.map(\.name)
    guard names.count <= largestMatrix else { return confusions(result) }
    let longest = min(150, 16 + 8 * (names.map(\.count).max() ?? 0))
    let header = names.map { "<th>\(HTMLText.upright($0, height: longest))</th>" }.joined()
    let rows = result.classes.enumerated().map { row, figures -> String in
      let cells = result.confusion[row].enumerated().map { column, count -> String in
        let share = figures.shown > 0 ? Double(count) / Double(figures.shown) : 0
        let color = row == column ? "37,150,90" : "214,90,30"
        let shade = count > 0 ? " style=\"background:rgba(\(color),\(HTMLText.fixed(0.1 + 0.6 * share, 2)))\"" : ""
        return "<td\(count > 0 ? "" : " class=\"zero\"")\(shade) title=\"\(HTMLText.grouped(count)) pixels\">"
          + "\(count > 0 ? HTMLText.fixed(100 * share, 1) : "")</td>"
      }.joined()
      return "<tr><th>\(HTMLText.escaped(figures.name))</th>\(cells)</tr>"
    }.joined()
    let about =
      "<p class=\"about\">Rows: what pixels show; columns: what they are said to show; in % of the row.</p>"
    return HTMLPage.section(
      "Confusion",
      about + "<div class=\"scroll\"><table class=\"heat\"><thead><tr><th></th>\(header)</tr></thead>"
        + "<tbody>\(rows)</tbody></table></div>", isLong: names.count > 12)
  }

  /// The most frequent confusions, of many classes.
  private static func confusions(_ result: SegmentationResult) -> String {
    let names = result.classes.map(\.name)
    let pairs = names.indices.flatMap { shown in
      names.indices.filter { $0 != shown && result.confusion[shown][$0] > 0 }.map {
        (shown: shown, said: $0, count: result.confusion[shown][$0])
      }
    }.sorted { ($1.count, $0.shown, $0.said) < ($0.count, $1.shown, $1.said) }
    let rows = pairs.prefix(pairCount).map { pair in
      HTMLTable.row(
        HTMLText.escaped("\(names[pair.shown]) as \(names[pair.said])"),
        numbers: [
          HTMLText.grouped(pair.count), HTMLText.percent(Double(pair.count) / Double(result.classes[pair.shown].shown)),
        ])
    }
    let table = HTMLTable(
      caption: "The most frequent confusions", columns: ["", "pixels", "% of the class"], rows: Array(rows))
    return HTMLPage.section("Confusion", table.html)
  }

  private static func gallery(
    _ result: SegmentationResult, _ colors: [RGBColor], _ pictures: [SegmentationPicture]
  ) throws -> String {
    if pictures.isEmpty { return "" }
    let figures = try pictures.map { try $0.html }.joined(separator: "\n")
    let about =
      "<p class=\"about\">The \(pictures.count) of \(result.imageCount) images with the lowest mean IoU: the truth, what is "
      + "said, and the pixels that are wrong (red; ignored ones black).</p>" + legend(result.classes, colors)
    return HTMLPage.section("Worst images", about + figures, isLong: true)
  }

  /// The colours of the classes that pictures may show.
  static func legend(_ classes: [SegmentationResult.ClassFigures], _ colors: [RGBColor]) -> String {
    let entries = classes.indices.filter { classes[$0].shown + classes[$0].said > 0 }.map {
      "<span>\(swatch(colors[$0]))\(HTMLText.escaped(classes[$0].name))</span>"
    }
    return "<div class=\"legend\">\(entries.joined())</div>"
  }
}
