import Evaluation
import Foundation

extension EvaluationPage {
  static func worstImages(_ analysis: EvaluationAnalysis, _ pictures: [ReportPicture]) -> String {
    if analysis.worstImages.isEmpty { return "" }
    let rows = analysis.worstImages.map { image -> String in
      let counts = [image.falsePositives, image.missed, image.falsePositives + image.missed]
      let cells = counts.map { HTMLText.numberCell(String($0)) }.joined()
      return "<tr><th>\(HTMLText.escaped(image.name))</th>\(cells)</tr>"
    }.joined()
    let about =
      "<p class=\"about\">By the number of false positives and missed objects at confidence "
      + "\(HTMLText.fixed(analysis.point.confidence, 3)) and IoU \(analysis.settings.iouThreshold)."
      + (analysis.iouType.needsMasks && !pictures.isEmpty
        ? " Objects and wrong detections are tinted, right detections outlined.</p>" : "</p>")
    let header = HTMLText.headerRow(["image", "false positives", "missed", "errors"], firstNumber: 1)
    let table = "<table>\(header)<tbody>\(rows)</tbody></table>"
    return HTMLPage.section("Worst images", about + table + gallery(analysis, pictures), isLong: true)
  }

  private static func gallery(_ analysis: EvaluationAnalysis, _ pictures: [ReportPicture]) -> String {
    if pictures.isEmpty { return "" }
    let counts = Dictionary(
      analysis.worstImages.map { ($0.name, "\($0.falsePositives) wrong, \($0.missed) missed") }
    ) { first, _ in first }
    let figures = pictures.map { picture -> String in
      let caption = [picture.name, counts[picture.name]].compactMap(\.self).joined(separator: ": ")
      return "<figure><img width=\"\(picture.size.width)\" height=\"\(picture.size.height)\" "
        + "alt=\"\(HTMLText.escaped(picture.name)) with objects and detections\" "
        + "src=\"data:image/jpeg;base64,\(Data(picture.jpeg).base64EncodedString())\">"
        + "<figcaption>\(HTMLText.escaped(caption))</figcaption></figure>"
    }.joined(separator: "\n")
    let legend = ReportPicture.Mark.allCases.map { mark in
      let color = mark.color
      let style = "background:rgb(\(color.red),\(color.green),\(color.blue))"
      return "<span><i style=\"\(style)\"></i>\(mark.explanation)</span>"
    }.joined()
    return "<div class=\"legend\" style=\"margin:14px 0 8px\">\(legend)</div><div class=\"pictures\">\(figures)</div>"
  }
}
