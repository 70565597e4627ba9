import DetectionUtilities
import Evaluation
import Files
import ImageCodecs

/// A classifier's evaluation as one HTML page that needs nothing else: figures, classes, confusion matrix, calibration, and the
/// images that it is most confidently wrong about.
public struct ClassificationPage: Sendable, Hashable {
  public let text: String

  /// A wrong image with its pixels.
  public struct Picture: Sendable {
    public var prediction: ClassifiedPrediction
    public var image: RGBImage

    public init(_ prediction: ClassifiedPrediction, image: RGBImage) {
      self.prediction = prediction
      self.image = image.thumbnail
    }
  }

  /// Most classes of which the confusion matrix is drawn; of more the most frequent confusions are listed.
  private static let largestMatrix = 30

  /// - Parameter title: what was evaluated on what.
  public init(_ result: ClassificationResult, title: String, pictures: [Picture] = []) throws {
    let sections = [
      Self.summary(result), Self.confusion(result), Self.classes(result), Self.calibration(result),
      try Self.gallery(result, pictures),
    ]
    text = HTMLPage.document(
      title: title,
      protocolLine: "Wilson intervals of 95 %; calibration in \(ClassificationResult.binCount) bins of equal width",
      sections: sections)
  }

  /// Writes the page atomically.
  public func write(to path: String) throws { try OutputFile.write(text, to: path) }

  private static func interval(_ rate: ClassificationResult.Rate) -> String {
    "\(HTMLText.percent(rate.low)) to \(HTMLText.percent(rate.high))"
  }

  private static func summary(_ result: ClassificationResult) -> String {
    let intervals = result.intervals
    func row(_ name: String, _ rate: ClassificationResult.Rate, _ bootstrap: BootstrapInterval?) -> String {
      HTMLTable.row(
        name,
        numbers: [
          HTMLText.percent(rate.value), interval(rate), percent(bootstrap), "\(rate.right) of \(rate.count)",
        ])
    }
    var rows = [
      row("most probable class right", result.topOne, intervals?.topOne),
      row("among the five most probable", result.topFive, intervals?.topFive),
    ]
    if let recall = intervals?.meanRecall {
      rows.append(
        HTMLTable.row(
          "mean of the classes' recalls", numbers: [HTMLText.percent(recall.value), "", percent(recall), ""]))
    }
    rows.append(
      HTMLTable.row(
        "expected calibration error",
        numbers: [
          HTMLText.percent(result.expectedCalibrationError), "", percent(intervals?.expectedCalibrationError), "",
        ]))
    let table = HTMLTable(
      caption: "Accuracy", columns: ["", "%", "95 % (Wilson)", "95 % (bootstrap)", "images"], rows: rows)
    let entropy = intervals.map {
      ", \(HTMLText.fixed($0.crossEntropy.lower, 4)) to \(HTMLText.fixed($0.crossEntropy.upper, 4)) over resamples"
    }
    let others = "<p class=\"about\">Cross-entropy \(HTMLText.fixed(result.crossEntropy, 4))\(entropy ?? "").</p>"
    return HTMLPage.section("Summary", table.html + others)
  }

  private static func percent(_ interval: BootstrapInterval?) -> String {
    interval.map { "\(HTMLText.percent($0.lower)) to \(HTMLText.percent($0.upper))" } ?? ""
  }

  private static func classes(_ result: ClassificationResult) -> String {
    let rows = result.classes.map { figures in
      HTMLTable.row(
        HTMLText.escaped(figures.name),
        numbers: [
          String(figures.recall.count), HTMLText.percent(figures.recall.value), interval(figures.recall),
          HTMLText.percent(figures.precision.value), HTMLText.percent(figures.f1),
        ])
    }
    let table = HTMLTable(
      caption: "Classes", columns: ["class", "images", "recall %", "95 %", "precision %", "F1 %"], rows: rows)
    return HTMLPage.section("Classes", table.html, isLong: true)
  }

  private static func confusion(_ result: ClassificationResult) -> String {
    guard result.classNames.count <= largestMatrix else { return confusions(result) }
    let rows = result.classNames.enumerated().map { index, name in
      HTMLTable.row(HTMLText.escaped(name), numbers: result.confusion[index].map { $0 == 0 ? "" : String($0) })
    }
    let table = HTMLTable(
      caption: "Rows: what images show; columns: what the classifier says", columns: [""] + result.classNames,
      rows: rows)
    return HTMLPage.section("Confusion", table.html)
  }

  /// The most frequent confusions, of many classes.
  private static func confusions(_ result: ClassificationResult) -> String {
    let rows = result.confusions.prefix(largestMatrix).map { pair in
      HTMLTable.row(
        HTMLText.escaped("\(result.classNames[pair.truth]) as \(result.classNames[pair.said])"),
        numbers: [String(pair.count)])
    }
    let table = HTMLTable(caption: "The most frequent confusions", columns: ["", "images"], rows: Array(rows))
    return HTMLPage.section("Confusion", table.html)
  }

  private static func calibration(_ result: ClassificationResult) -> String {
    let rows = result.calibration.filter { $0.count > 0 }.map { bin in
      HTMLTable.row(
        "\(HTMLText.percent(bin.low)) to \(HTMLText.percent(bin.high))",
        [String(bin.count), HTMLText.percent(bin.confidence), HTMLText.percent(bin.accuracy)].map(HTMLText.numberCell)
          + [HTMLText.barCell(bin.accuracy)])
    }
    let table = HTMLTable(
      caption: "How often the most probable class is right, by its probability",
      columns: ["probability %", "images", "mean probability %", "right %", ""], rows: rows)
    return HTMLPage.section("Calibration", table.html)
  }

  private static func gallery(_ result: ClassificationResult, _ pictures: [Picture]) throws -> String {
    if pictures.isEmpty { return "" }
    let figures = try pictures.map { picture -> String in
      let prediction = picture.prediction
      let caption =
        "\(prediction.image): \(result.classNames[prediction.truth]) taken for \(result.classNames[prediction.predicted]), "
        + "\(HTMLText.percent(prediction.confidence)) %"
      return try HTMLPage.figure(picture.image, name: prediction.image, caption: caption)
    }.joined(separator: "\n")
    let about = "<p class=\"about\">The \(pictures.count) most confident of \(result.mistakes.count) mistakes.</p>"
    return HTMLPage.section("Most confident mistakes", about + "<div class=\"pictures\">\(figures)</div>", isLong: true)
  }
}
