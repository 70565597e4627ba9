import DetectionUtilities

/// All that an audit found.
public struct DatasetAuditReport: Sendable {
  /// Absolute.
  public let path: String
  public let format: DatasetFormat
  /// As training and evaluation read it: bad boxes left out, others clipped to their image.
  public let dataset: LabelledDataset
  /// Errors, then warnings, then notes; within these by kind, and within a kind in the order of the images.
  public var entries: [AuditEntry] { findings.all }
  public let sizes: BoxSizeStatistics
  private let findings: AuditEntries

  init(
    path: String, format: DatasetFormat, dataset: LabelledDataset, entries: [AuditEntry], sizes: BoxSizeStatistics
  ) {
    self.path = path
    self.format = format
    self.dataset = dataset
    findings = AuditEntries(entries)
    self.sizes = sizes
  }

  public func count(_ severity: DatasetFinding.Severity) -> Int { findings.count(severity) }

  /// How often each kind was found; kinds that were not are absent.
  public var counts: [DatasetFinding: Int] { findings.counts }

  /// `2 errors, 1 warning, 0 notes`
  public var totals: String { findings.totals }

  /// Lines for people: each kind with its count, and below it where it was found.
  ///
  /// - Parameter notesListed: How many places of a kind of note are listed; of errors and warnings it is all, of
  ///   shapes left out none unless all notes are.
  public func text(notesListed: Int = 5) -> String {
    findings.text(notesListed: notesListed, shapes: DatasetAudit.text(ofKinds: dataset.audit.shapesLeftOut))
  }
}
