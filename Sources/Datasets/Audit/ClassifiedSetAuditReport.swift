import Files
import ImageCodecs

/// All that an audit of a classified set found.
public struct ClassifiedSetAuditReport: Sendable {
  /// Absolute.
  public let path: String
  public let set: ClassifiedSet
  public let findings: AuditEntries
  /// Nil where no image can be decoded.
  public let sizes: ImageSizeRange?

  init(path: String, set: ClassifiedSet, entries: [AuditEntry], sizes: [ImageSize]) {
    self.path = path
    self.set = set
    findings = AuditEntries(entries)
    self.sizes = ImageSizeRange(sizes)
  }

  /// Lines for people, as ``DatasetAuditReport/text(notesListed:)`` has them.
  public func text(notesListed: Int = 5) -> String { findings.text(notesListed: notesListed) }

  /// The report as a JSON file: every finding with its place, and the totals.
  /// - Throws: `OutputError` where the file cannot be written.
  public func writeJSON(to path: String) throws { try OutputFile.writeJSON(Document(self), to: path) }

  private struct Document: Encodable {
    struct Class: Encodable {
      var name: String
      var id: Int
      var images: Int
    }

    struct Totals: Encodable {
      var images: Int
      var errors: Int
      var warnings: Int
      var notes: Int
      /// By kind.
      var findings: [String: Int]
    }

    var dataset: String
    var format: String
    var totals: Totals
    var classes: [Class]
    var sizes: ImageSizeRange?
    var findings: [WrittenFinding]

    init(_ report: ClassifiedSetAuditReport) {
      let (set, found) = (report.set, report.findings)
      dataset = report.path
      format = set.format.rawValue
      totals = Totals(
        images: set.images.count, errors: found.count(.error), warnings: found.count(.warning),
        notes: found.count(.note),
        findings: Dictionary(uniqueKeysWithValues: found.counts.map { ($0.key.rawValue, $0.value) }))
      classes = zip(set.classes, set.classCounts).map { Class(name: $0.name, id: $0.id, images: $1) }
      sizes = report.sizes
      findings = found.all.map { WrittenFinding($0) }
    }
  }
}

/// How large the images of a set are.
public struct ImageSizeRange: Sendable, Hashable, Codable {
  /// By area.
  public let smallest: ImageSize
  public let median: ImageSize
  public let largest: ImageSize
  /// How many sizes there are.
  public let distinct: Int

  /// Nil of no images.
  init?(_ sizes: [ImageSize]) {
    let sorted = sizes.sorted { ($0.width * $0.height, $0.width) < ($1.width * $1.height, $1.width) }
    guard let first = sorted.first, let last = sorted.last else { return nil }
    smallest = first
    median = sorted[sorted.count / 2]
    largest = last
    distinct = Set(sizes).count
  }
}
