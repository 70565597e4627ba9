import DetectionUtilities
import Evaluation
import Foundation

/// A segmenter's evaluation as tables for terminals.
struct SegmentationTables {
  let text: String

  init(_ result: SegmentationResult) {
    func percent(_ value: Double?) -> String { value.map { String(format: "%.2f", 100 * $0) } ?? "-" }
    func row(_ name: String, _ value: Double?, _ interval: BootstrapInterval?) -> [String] {
      [name, percent(value), interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? ""]
    }
    let intervals = result.intervals
    var figures = TextTable(header: ["", "%", "95 %"], numericColumns: [1, 2])
    figures.rows = [
      row("mean IoU", result.meanIoU, intervals?.meanIoU),
      row("class accuracy", result.classAccuracy, intervals?.classAccuracy),
      row("pixel accuracy", result.pixelAccuracy, intervals?.pixelAccuracy),
      row("pixel error", result.pixelError, nil),
      row("frequency-weighted IoU", result.frequencyWeightedIoU, intervals?.frequencyWeightedIoU),
    ]
    if let boundary = result.boundary {
      let name = String(format: "boundary F (%g %% of the diagonal)", 100 * boundary.tolerance)
      figures.rows.append(row(name, boundary.meanFScore, intervals?.boundaryFScore))
    }
    var lines = ["\(result.imageCount) images", figures.text]
    if let resamples = intervals?.meanIoU.resamples {
      lines.append("intervals of \(resamples) resamples of the images")
    }
    if let regions = result.regions { lines += ["", Self.text(regions, intervals)] }
    var classes = TextTable(
      header: ["class", "pixels", "IoU", "accuracy", "boundary F", "most often taken for"],
      numericColumns: [1, 2, 3, 4])
    for (index, figures) in result.classes.enumerated() where figures.shown + figures.said > 0 {
      let others = result.confusion[index].enumerated().filter { $0.offset != index && $0.element > 0 }
      let mistake = others.max { $0.element < $1.element }.map { other in
        "\(result.classes[other.offset].name) \(percent(Double(other.element) / Double(figures.shown))) %"
      }
      classes.rows.append([
        figures.name, String(figures.shown), percent(figures.iou), percent(figures.accuracy),
        percent(result.boundary?.fScores[index]), mistake ?? "",
      ])
    }
    text = (lines + ["", classes.text]).joined(separator: "\n")
  }

  /// The regions that a class separates.
  private static func text(_ regions: SegmentationResult.Regions, _ intervals: SegmentationIntervals?) -> String {
    let title = "regions between '\(regions.border)', means of \(regions.imageCount) images"
    guard let mean = regions.mean else { return "\(title): the truth has none" }
    func interval(_ interval: BootstrapInterval?) -> String {
      interval.map { String(format: "%.4f to %.4f", $0.lower, $0.upper) } ?? ""
    }
    func number(_ value: Double) -> String { String(format: "%.4f", value) }
    var table = TextTable(header: ["", "", "95 %"], numericColumns: [1, 2])
    table.rows = [
      ["Rand F-score", number(mean.randFScore), interval(intervals?.randFScore)],
      ["adapted Rand error", number(mean.adaptedRandError), ""],
      ["Rand split score", number(mean.randSplitScore), ""],
      ["Rand merge score", number(mean.randMergeScore), ""],
      ["information F-score", number(mean.informationFScore), ""],
      [
        "variation of information (bits)", number(mean.variationOfInformation),
        interval(intervals?.variationOfInformation),
      ],
      ["  of which false splits", number(mean.falseSplits), ""],
      ["  of which false merges", number(mean.falseMerges), ""],
    ]
    return "\(title)\n\(table.text)"
  }
}
