/// The findings of an audit, the worst first.
public struct AuditEntries: Sendable, Hashable {
  /// Errors, then warnings, then notes; within these by kind, and within a kind in the order in which they were met.
  public let all: [AuditEntry]

  init(_ entries: [AuditEntry]) {
    let byFinding = Dictionary(grouping: entries, by: \.finding)
    all = DatasetFinding.Severity.allCases.flatMap { severity in
      DatasetFinding.allCases.filter { $0.severity == severity }.flatMap { byFinding[$0] ?? [] }
    }
  }

  public func count(_ severity: DatasetFinding.Severity) -> Int { all.count { $0.finding.severity == severity } }

  /// How often each kind was found; kinds that were not are absent.
  public var counts: [DatasetFinding: Int] { Dictionary(grouping: all, by: \.finding).mapValues(\.count) }

  /// `2 errors, 1 warning, 0 notes`
  public var totals: String {
    DatasetFinding.Severity.allCases.map { severity in
      let count = count(severity)
      return "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }

  /// Lines for people: each kind with its count, and below it where it was found.
  ///
  /// - Parameters:
  ///   - notesListed: How many places of a kind of note are listed; of errors and warnings it is all, of shapes left out
  ///     none unless all notes are.
  ///   - shapes: what kinds of shapes were left out, for the line that counts them.
  func text(notesListed: Int, shapes: String = "") -> String {
    var lines: [String] = []
    let counts = counts
    var listed: [DatasetFinding: Int] = [:]
    for entry in all {
      let finding = entry.finding
      let count = counts[finding] ?? 0
      // Of shapes that were left out the kinds are told already.
      let limit = finding == .shapeLeftOut && notesListed < .max ? 0 : finding.isNote ? notesListed : .max
      let number = listed[finding, default: 0] + 1
      listed[finding] = number
      if number == 1 {
        lines.append(
          "\(finding.severity): \(count) × \(finding.explanation)\(finding == .shapeLeftOut ? ": " + shapes : "")")
      }
      if number <= limit { lines.append("  " + entry.place.description + Self.words(for: entry)) }
      if number == count, count > limit, limit > 0 { lines.append("  and \(count - limit) more") }
    }
    return lines.joined(separator: "\n")
  }

  /// What is wrong with the box, in numbers.
  private static func words(for entry: AuditEntry) -> String {
    guard let box = entry.box, entry.finding.severity != .note, entry.finding != .nearDuplicateBox else { return "" }
    let corners = [box.x1, box.y1, box.x2, box.y2].map { $0.isFinite ? "\(($0 * 100).rounded() / 100)" : "\($0)" }
    return ": " + corners.joined(separator: " ")
  }
}
