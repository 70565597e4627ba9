import Files
import ImageCodecs

/// All that an audit of a segmented set found.
public struct SegmentedSetAuditReport: Sendable {
  /// How much there is of one class.
  public struct ClassFrequency: Sendable, Hashable, Codable {
    public var name: String
    /// Its byte in label files.
    public var value: UInt8
    public var pixels: Int
    /// Of the labelled pixels.
    public var share: Double
    /// Label files that have it.
    public var images: Int
  }

  /// Absolute.
  public let path: String
  public let format: SegmentedSet.Format
  /// Images with a label file.
  public let imageCount: Int
  /// By their place in the list.
  public let classes: [ClassFrequency]
  public let ignoredPixels: Int
  public let findings: AuditEntries
  /// Nil where no image can be decoded.
  public let sizes: ImageSizeRange?
  /// All that was read: images and label files.
  public let files: [String]

  init(
    path: String, format: SegmentedSet.Format, files: [String], summary: SegmentedSetAuditor.Summary,
    sizes: [ImageSize]
  ) {
    self.files = files
    self.path = path
    self.format = format
    imageCount = summary.imageCount
    let total = Double(max(1, summary.pixels.reduce(0, +)))
    classes = summary.classes.classes.enumerated().map { index, label in
      ClassFrequency(
        name: label.name, value: label.value, pixels: summary.pixels[index],
        share: Double(summary.pixels[index]) / total, images: summary.images[index])
    }
    ignoredPixels = summary.ignoredPixels
    findings = AuditEntries(summary.entries)
    self.sizes = ImageSizeRange(sizes)
  }

  /// Lines for people, as ``DatasetAuditReport/text(notesListed:)`` has them.
  public func text(notesListed: Int = 5) -> String { findings.text(notesListed: notesListed) }

  /// The report as a JSON file: every finding with its place, and the totals.
  /// - Throws: `OutputError` where the file cannot be written.
  public func writeJSON(to path: String) throws { try OutputFile.writeJSON(Document(self), to: path) }

  private struct Document: Encodable {
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
    var classes: [ClassFrequency]
    var ignoredPixels: Int
    var sizes: ImageSizeRange?
    var findings: [WrittenFinding]

    init(_ report: SegmentedSetAuditReport) {
      let found = report.findings
      dataset = report.path
      format = report.format.rawValue
      totals = Totals(
        images: report.imageCount, errors: found.count(.error), warnings: found.count(.warning),
        notes: found.count(.note),
        findings: Dictionary(uniqueKeysWithValues: found.counts.map { ($0.key.rawValue, $0.value) }))
      classes = report.classes
      ignoredPixels = report.ignoredPixels
      sizes = report.sizes
      findings = found.all.map { WrittenFinding($0) }
    }
  }
}
