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
