import DetectionUtilities
import Evaluation
import Files
import Foundation
import Models

/// A comparison of detectors as one HTML page that needs nothing else: no script, no file beside it, light and dark as
/// the reader has it, and fit for printing, for a phone and for the keyboard. The same report gives the same bytes.
///
/// Every entry has a number, which stands for its name where there is little room and where colours cannot be told apart.
public struct ComparisonPage: Sendable {
  public let text: String

  /// A part of the page that the list of contents names.
  struct Part {
    var heading: String
    /// HTML; empty where the report has nothing to show.
    var body: String
    /// Whether it may be broken over printed pages.
    var isLong = false
  }

  /// - Parameters:
  ///   - pictures: of the images in `ComparisonReport.disagreements`; each may stand once with the ground truth
  ///     and once for every detector.
  ///   - lineage: the steps that led to the detectors of today, the first one first.
  public init(_ report: ComparisonReport, pictures: [ComparedPicture] = [], lineage: [LineageStep] = []) {
    let parts = [
      Part(heading: "Summary", body: Self.summary(report), isLong: true),
      Part(heading: "Speed and accuracy", body: Self.speedAndAccuracy(report)),
      Part(heading: "All figures", body: Self.figures(report)),
      Part(heading: "Precision over recall", body: Self.curves(report), isLong: true),
      Part(heading: "Average precision by size and class", body: Self.classesAndSizes(report), isLong: true),
      Part(heading: "Errors by cause", body: Self.errors(report)),
      Part(heading: "Calibration", body: Self.calibration(report), isLong: true),
      Part(heading: "Where the time goes", body: Self.stages(report)),
      Part(heading: "Pairs", body: Self.pairs(report), isLong: true),
      Part(heading: "Where the detectors disagree", body: Self.disagreements(report, pictures), isLong: true),
      Part(heading: "From R-CNN to YOLO", body: Self.lineage(lineage, report)),
    ].filter { !$0.body.isEmpty }
    let links = parts.enumerated().map { "<li><a href=\"#part-\($0 + 1)\">\(HTMLText.escaped($1.heading))</a></li>" }
    text = HTMLPage.document(
      title: report.title, protocolLine: report.protocolLine,
      lead: "<a class=\"skip\" href=\"#part-1\">Skip to the summary</a>\n",
      navigation: "<nav aria-label=\"Contents\"><ol>\(links.joined())</ol></nav>\n", style: Self.style,
      sections: parts.enumerated().map {
        HTMLPage.section($1.heading, $1.body, isLong: $1.isLong, anchor: "part-\($0 + 1)")
      })
  }

  /// Writes the page atomically.
  public func write(to path: String) throws {
    try OutputFile.write(text, to: path)
  }
}
