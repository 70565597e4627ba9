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

  /// - Parameter title: what was compared on what.
  public init(_ report: ClassifierComparisonReport, title: String, pictures: [Picture] = []) throws {
    let interval = report.pairs.first?.comparison.difference
    let resamples = interval.map {
      "; differences over \(HTMLText.grouped($0.resamples)) resamples of the same images for both (paired bootstrap)"
    }
    let models = Self.models(report)
    text = HTMLPage.document(
      title: title, protocolLine: "Wilson intervals of 95 %\(resamples ?? "")", style: ComparisonPage.style,
      sections: [
        Self.figures(report, models), models.speed(),
        models.everyTwo(
          about: "Top-1 of the one less that of the other, in points. “Right alone” counts the images that only one of "
            + "the two gets right; p is the probability of so uneven a split between equals (McNemar's exact test).",
          columns: ["right alone", "p"]),
        Self.classes(report, models), try Self.gallery(report, pictures),
      ])
  }

  /// Writes the page atomically.
  public func write(to path: String) throws { try OutputFile.write(text, to: path) }

  private static func models(_ report: ClassifierComparisonReport) -> ComparedModels {
    let entries = report.entries.map { entry in
      let rate = entry.result.topOne
      return ComparedModels.Entry(
        name: entry.name, figure: rate.value, interval: (rate.low, rate.high),
        millisecondsPerImage: entry.millisecondsPerImage)
    }
    let pairs = report.pairs.map { pair in
      let comparison = pair.comparison
      return ComparedModels.Pair(
        first: pair.first, second: pair.second, difference: comparison.difference, sentence: pair.sentence,
        cells: [
          "\(comparison.onlySecond) : \(comparison.onlyFirst)",
          comparison.probability < 0.001 ? "below 0.001" : HTMLText.fixed(comparison.probability, 3),
        ], isClear: comparison.isClear)
    }
    return ComparedModels(kindOfModel: "classifier", figureName: "top-1", entries: entries, pairs: pairs)
  }

  private static func figures(_ report: ClassifierComparisonReport, _ models: ComparedModels) -> String {
    models.figures(
      caption: "\(report.imageCount) images", columns: ["top-5 %", "ECE %", "cross-entropy", "parameters"],
      cells: report.entries.map { entry in
        let result = entry.result
        return [
          HTMLText.percent(result.topFive.value), HTMLText.percent(result.expectedCalibrationError),
          HTMLText.fixed(result.crossEntropy, 3), HTMLText.grouped(entry.parameters),
        ]
      })
  }

  private static func classes(_ report: ClassifierComparisonReport, _ models: ComparedModels) -> String {
    guard let first = report.entries.first?.result else { return "" }
    let seen = first.classNames.indices.filter { first.classes[$0].recall.count > 0 }
    return models.classes(
      seen.map { index in
        ComparedModels.Class(
          name: first.classNames[index], count: first.classes[index].recall.count,
          figures: report.entries.map { $0.result.classes[index].recall.value })
      }, figure: "Recall", counted: "images")
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
