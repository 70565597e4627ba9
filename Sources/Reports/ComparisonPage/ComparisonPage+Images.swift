import Evaluation
import Foundation

extension ComparisonPage {
  static func disagreements(_ report: ComparisonReport, _ pictures: [ComparedPicture]) -> String {
    if report.disagreements.isEmpty { return "" }
    let series = Dictionary(ComparisonSeries.all(report).map { ($0.entry.name, $0) }) { first, _ in first }
    let byImage = Dictionary(grouping: pictures) { $0.image.id }
    let images = report.disagreements.map { image in
      let heading =
        "<h3>\(HTMLText.escaped(image.name))</h3><p class=\"about\">"
        + "\(HTMLText.counted(image.objects, "object", "objects")), "
        + "\(HTMLText.counted(image.differences, "difference", "differences")) between the detectors</p>"
      let own = byImage[image.id] ?? []
      return "<div class=\"image\">\(heading)"
        + (own.isEmpty ? counts(image, series) : gallery(image, own, series)) + "</div>"
    }
    let about =
      "<p class=\"about\">The images with the most objects that some detector finds and some other misses, and false "
      + "detections that not all make, at an IoU of 0.5 and each detector's confidence of best F1.</p>"
    return about + (pictures.isEmpty ? "" : legend) + images.joined(separator: "\n")
  }

  private static var legend: String {
    let items = ReportPicture.Mark.allCases.map { mark in
      let color = mark.color
      return "<li><i class=\"swatch\" style=\"background:rgb(\(color.red),\(color.green),\(color.blue))\"></i>"
        + "\(mark.explanation)</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }

  private static func counts(_ image: ComparedImage, _ series: [String: ComparisonSeries]) -> String {
    let rows = image.outcomes.map { outcome in
      HTMLTable.row(
        series[outcome.detector]?.label ?? HTMLText.escaped(outcome.detector),
        numbers: [outcome.found, outcome.missed, outcome.falsePositives].map { HTMLText.grouped($0) })
    }
    return HTMLTable(
      caption: "Outcomes on \(image.name)", columns: ["detector", "found", "missed", "wrong"], rows: rows
    ).html
  }

  /// The ground truth first, then the detectors in their order; a detector without a picture has its counts.
  private static func gallery(
    _ image: ComparedImage, _ pictures: [ComparedPicture], _ series: [String: ComparisonSeries]
  ) -> String {
    let byDetector = Dictionary(pictures.map { ($0.detector, $0.picture) }) { first, _ in first }
    var figures: [String] = []
    if let truth = byDetector[""] {
      let words = HTMLText.counted(image.objects, "object", "objects")
      figures.append(figure(truth, "<b>Ground truth</b>: \(words)", "\(image.name) with its objects, \(words)"))
    }
    for outcome in image.outcomes {
      let words = "\(outcome.found) found, \(outcome.missed) missed, \(outcome.falsePositives) wrong"
      let label = series[outcome.detector]?.label ?? HTMLText.escaped(outcome.detector)
      let caption = "\(label): \(words)"
      guard let picture = byDetector[outcome.detector] else {
        figures.append("<figure><figcaption>\(caption)</figcaption></figure>")
        continue
      }
      figures.append(figure(picture, caption, "\(image.name) with what \(outcome.detector) did: \(words)"))
    }
    return "<div class=\"pictures side\">\(figures.joined(separator: "\n"))</div>"
  }

  private static func figure(_ picture: ReportPicture, _ caption: String, _ alternative: String) -> String {
    "<figure><img width=\"\(picture.size.width)\" height=\"\(picture.size.height)\" "
      + "alt=\"\(HTMLText.escaped(alternative))\" "
      + "src=\"data:image/jpeg;base64,\(Data(picture.jpeg).base64EncodedString())\">"
      + "<figcaption>\(caption)</figcaption></figure>"
  }
}
