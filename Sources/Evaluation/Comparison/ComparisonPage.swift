import DetectionUtilities
import Foundation

/// A comparison of detectors as one HTML page that needs nothing else: no script, no file beside it, light and dark as
/// the reader has it, and fit for printing, for a phone and for the keyboard. The same report gives the same bytes.
public struct ComparisonPage: Sendable {
  public let text: String

  /// - Parameter pictures: of the images in ``ComparisonReport/disagreements``; each may stand once with the ground truth
  ///   and once for every detector.
  public init(_ report: ComparisonReport, pictures: [ComparedPicture] = []) {
    text = HTMLPage.document(title: report.title, protocolLine: report.protocolLine, sections: [])
  }

  /// Writes the page atomically.
  public func write(to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
