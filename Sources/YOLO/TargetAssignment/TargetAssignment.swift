/// Which predictions of a batch learn which ground truth.
public struct TargetAssignment: Hashable, Sendable {
  /// A prediction that learns an object.
  public struct Positive: Hashable, Sendable {
    public var location: GridLocation
    /// Index into the targets of the location's image.
    public var groundTruth: Int

    public init(location: GridLocation, groundTruth: Int) {
      self.location = location
      self.groundTruth = groundTruth
    }
  }

  /// In ascending order of location, each location once.
  public var positives: [Positive]
  /// Predictions without an objectness loss, ascending. All that is neither here nor positive learns background.
  public var ignored: [GridLocation]

  public init(positives: [Positive], ignored: [GridLocation]) {
    self.positives = positives
    self.ignored = ignored
  }
}

/// The place of one prediction in a head's outputs.
public struct GridLocation: Hashable, Sendable {
  public var image: Int
  public var level: Int
  /// Index into the level's anchors.
  public var anchor: Int
  public var row: Int
  public var column: Int

  public init(image: Int, level: Int, anchor: Int, row: Int, column: Int) {
    self.image = image
    self.level = level
    self.anchor = anchor
    self.row = row
    self.column = column
  }
}

extension GridLocation: Comparable {
  /// By image, level, anchor, row, column.
  public static func < (a: GridLocation, b: GridLocation) -> Bool {
    (a.image, a.level, a.anchor, a.row, a.column) < (b.image, b.level, b.anchor, b.row, b.column)
  }
}
