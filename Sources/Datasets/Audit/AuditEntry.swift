import DetectionUtilities

/// One finding: what, where, and the box that it is about.
public struct AuditEntry: Sendable, Hashable {
  public var finding: DatasetFinding
  public var place: DatasetPlace
  /// As written, in corner form and pixels; its coordinates need not be finite or in order. Nil where it is not about
  /// one box.
  public var box: BoundingBox?
  /// What reading the dataset makes of the box; nil where it is left out.
  public var keptBox: BoundingBox?

  public init(
    finding: DatasetFinding, place: DatasetPlace, box: BoundingBox? = nil, keptBox: BoundingBox? = nil
  ) {
    self.finding = finding
    self.place = place
    self.box = box
    self.keptBox = keptBox
  }
}
