import DetectionUtilities
import Evaluation
import Files
import Foundation

/// An analysis as one HTML page that needs nothing else: no script, no file beside it, light and dark as the reader has
/// it, and fit for printing. The same analysis gives the same bytes.
public struct EvaluationPage: Sendable, Hashable {
  public let text: String

  /// - Parameters:
  ///   - title: what was evaluated on what.
  ///   - protocolLine: estimator, IoU list, maxima and so on, in one line.
  ///   - pictures: of the worst images; see ``ReportPicture/worst(_:of:)``.
  public init(
    _ analysis: EvaluationAnalysis, title: String, protocolLine: String, pictures: [ReportPicture] = []
  ) {
    let sections = [
      Self.summary(analysis), Self.curves(analysis), Self.classBars(analysis), Self.classCurves(analysis),
      Self.confusion(analysis), Self.errors(analysis), Self.calibration(analysis), Self.attributes(analysis),
      Self.worstImages(analysis, pictures),
    ]
    text = HTMLPage.document(title: title, protocolLine: protocolLine, sections: sections)
  }

  /// Writes the page atomically.
  public func write(to path: String) throws {
    try OutputFile.write(text, to: path)
  }
}
