import Evaluation
import Files
import Foundation
import ImageCodecs

/// A comparison of segmenters as one HTML page that needs nothing else: figures, every two against each other, the classes, and
/// the images on which they differ most.
public struct SegmenterComparisonPage: Sendable, Hashable {
  public let text: String

  /// An image on which they differ, with the truth and what each says over it.
  public struct Picture: Sendable {
    public let disagreement: SegmenterComparisonReport.Disagreement
    let truth: RGBImage
    let predictions: [RGBImage]

    /// - Parameters:
    ///   - image: decoded whole.
    ///   - predictions: of each entry.
    ///   - colors: by class.
    /// - Precondition: image and maps have one size.
    public init(
      _ disagreement: SegmenterComparisonReport.Disagreement, image: RGBImage, truth: LabelMap,
      predictions: [LabelMap], colors: [RGBColor]
    ) {
      self.disagreement = disagreement
      let small = SegmentationPicture.reduced(image)
      func drawn(_ map: LabelMap) -> RGBImage {
        precondition(map.size == image.size, "labels of \(map.size) of an image of \(image.size)")
        return small.overlaid(with: map.resized(to: small.size), colors: colors, opacity: SegmentationPicture.opacity)
      }
      self.truth = drawn(truth)
      self.predictions = predictions.map(drawn)
    }
  }

  /// - Parameters:
  ///   - title: what was compared on what.
  ///   - colors: by class, as in the pictures.
  public init(
    _ report: SegmenterComparisonReport, title: String, colors: [RGBColor], pictures: [Picture] = []
  ) throws {
    let interval = report.pairs.first?.comparison.difference
    let resamples = interval.map {
      "; differences over \(HTMLText.grouped($0.resamples)) resamples of the same images for both (paired bootstrap)"
    }
    let models = Self.models(report)
    text = HTMLPage.document(
      title: title,
      protocolLine: "Mean IoU from one confusion matrix over all labelled pixels, with intervals of resampled images"
        + (resamples ?? ""),
      style: ComparisonPage.style + SegmentationPage.style,
      sections: [
        Self.figures(report, models), models.speed(),
        models.everyTwo(
          about:
            "Mean IoU of the one less that of the other, in points. “Better on” counts the images on which one has "
            + "the larger mean IoU of the classes that are there. The images tell two apart where the interval does not "
            + "hold 0.", columns: ["better on"]),
        Self.classes(report, models), try Self.gallery(report, colors, pictures),
      ])
  }

  /// Writes the page atomically.
  public func write(to path: String) throws { try OutputFile.write(text, to: path) }

  private static func models(_ report: SegmenterComparisonReport) -> ComparedModels {
    let entries = report.entries.map { entry in
      let (value, interval) = (entry.result.meanIoU, entry.result.intervals?.meanIoU)
      return ComparedModels.Entry(
        name: entry.name, figure: value, interval: (interval?.lower ?? value, interval?.upper ?? value),
        millisecondsPerImage: entry.millisecondsPerImage)
    }
    let pairs = report.pairs.map { pair in
      ComparedModels.Pair(
        first: pair.first, second: pair.second, difference: pair.comparison.difference, sentence: pair.sentence,
        cells: ["\(pair.comparison.betterSecond) : \(pair.comparison.betterFirst)"], isClear: pair.comparison.isClear)
    }
    return ComparedModels(kindOfModel: "segmenter", figureName: "mean IoU", entries: entries, pairs: pairs)
  }

  private static func figures(_ report: SegmenterComparisonReport, _ models: ComparedModels) -> String {
    let measuresRegions = report.entries.contains { $0.result.regions?.mean != nil }
    let cells = report.entries.map { entry -> [String] in
      let result = entry.result
      return [
        HTMLText.percent(result.pixelAccuracy), HTMLText.percent(result.classAccuracy),
        HTMLText.percent(result.boundary?.meanFScore),
      ] + (measuresRegions ? [HTMLText.percent(result.regions?.mean?.randFScore)] : [])
        + [HTMLText.grouped(entry.parameters)]
    }
    return models.figures(
      caption: "\(report.imageCount) images",
      columns: ["pixel accuracy %", "class accuracy %", "boundary F %"] + (measuresRegions ? ["Rand F %"] : [])
        + ["parameters"], cells: cells)
  }

  private static func classes(_ report: SegmenterComparisonReport, _ models: ComparedModels) -> String {
    guard let first = report.entries.first?.result else { return "" }
    return models.classes(
      first.classes.indices.filter { index in report.entries.contains { $0.result.classes[index].iou != nil } }.map {
        index in
        ComparedModels.Class(
          name: first.classes[index].name, count: first.classes[index].shown,
          figures: report.entries.map { $0.result.classes[index].iou })
      }, figure: "IoU", counted: "pixels")
  }

  private static func gallery(
    _ report: SegmenterComparisonReport, _ colors: [RGBColor], _ pictures: [Picture]
  ) throws -> String {
    guard let classes = report.entries.first?.result.classes, !pictures.isEmpty else { return "" }
    let figures = try pictures.map { picture -> String in
      let found = picture.disagreement
      let names = report.entries.indices.map {
        "\($0 + 1) \(report.entries[$0].name): \(HTMLText.percent(found.meanIoUs[$0])) %"
      }
      let parts = try zip(["truth"] + names, [picture.truth] + picture.predictions).map {
        try SegmentationPicture.html($1, name: $0, of: found.image)
      }
      return "<figure><figcaption>\(HTMLText.escaped(found.image))</figcaption><div class=\"triple\">"
        + parts.joined() + "</div></figure>"
    }.joined(separator: "\n")
    let about =
      "<p class=\"about\">The images on which the mean IoU of the segmenters lie furthest apart: the truth, and what each "
      + "of them says.</p>"
    return HTMLPage.section(
      "Where they differ", about + SegmentationPage.legend(classes, colors) + figures, isLong: true)
  }
}
