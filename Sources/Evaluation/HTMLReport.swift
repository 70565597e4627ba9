import DetectionUtilities
import Foundation

/// An analysis as one HTML page that needs nothing else: no script, no file beside it, light and dark as the reader has
/// it, and fit for printing. The same analysis gives the same bytes.
public struct HTMLReport: Sendable, Hashable {
  public let text: String

  /// - Parameters:
  ///   - title: what was evaluated on what.
  ///   - protocolLine: estimator, IoU list, maxima and so on, in one line.
  ///   - pictures: of the worst images; see ``ReportPicture/worst(_:groundTruth:detections:classNames:images:)``.
  public init(
    _ analysis: EvaluationAnalysis, title: String, protocolLine: String, pictures: [ReportPicture] = []
  ) {
    let sections = [
      Self.summary(analysis), Self.curves(analysis), Self.classBars(analysis), Self.classCurves(analysis),
      Self.confusion(analysis), Self.errors(analysis), Self.calibration(analysis), Self.attributes(analysis),
      Self.worstImages(analysis, pictures),
    ]
    text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(HTMLText.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(HTMLText.escaped(title))</h1>
      <p class="protocol">\(HTMLText.escaped(protocolLine))</p>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  /// Writes the page atomically.
  public func write(to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// - Parameter isLong: whether it may be broken over pages.
  static func section(_ heading: String, _ body: String, isLong: Bool = false) -> String {
    "<section\(isLong ? " class=\"long\"" : "")>\n<h2>\(HTMLText.escaped(heading))</h2>\n\(body)\n</section>"
  }

  /// A picture with its heading and a legend below.
  static func figure(_ heading: String, _ picture: String, legend: [(kind: String, text: String)] = []) -> String {
    let entries = legend.map { "<span><i class=\"\($0.kind)\"></i>\(HTMLText.escaped($0.text))</span>" }.joined()
    let caption = legend.isEmpty ? "" : "<div class=\"legend\">\(entries)</div>"
    return "<figure><figcaption>\(HTMLText.escaped(heading))</figcaption>\(picture)\(caption)</figure>"
  }
}
