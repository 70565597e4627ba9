import Foundation

/// What is said of one image of a run.
public protocol ImageReport: Encodable, Sendable {
  /// The image's path as it was given, or the name of a stream's frame.
  var image: String { get }
}

extension ImageReport {
  /// The report as one line of JSON, without the line's end.
  public func line() throws -> String { String(decoding: try JSONEncoder.forLines.encode(self), as: UTF8.self) }
}

/// What became of an image of a run.
public enum ImageOutcome<Report: ImageReport>: Sendable {
  case report(Report)
  /// It could not be read, or be drawn on: its name, and one sentence that names it too.
  case failure(image: String, reason: String)

  /// Nil for a failure.
  public var report: Report? {
    if case .report(let report) = self { report } else { nil }
  }

  /// The image's name.
  public var image: String {
    switch self {
    case .report(let report): report.image
    case .failure(let image, _): image
    }
  }
}
