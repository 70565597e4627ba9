import DetectionUtilities

/// An image on which detectors differ.
public struct ComparedImage: Sendable, Hashable, Codable {
  /// What one detector did on it, at its confidence of best F1 and an IoU of 0.5.
  public struct Outcome: Sendable, Hashable, Codable {
    /// Name of the entry.
    public var detector: String
    public var found: Int
    public var missed: Int
    public var falsePositives: Int

    public init(detector: String, found: Int, missed: Int, falsePositives: Int) {
      self.detector = detector
      self.found = found
      self.missed = missed
      self.falsePositives = falsePositives
    }
  }

  public var id: Int
  public var name: String
  public var objects: Int
  /// How many objects some detector finds and some other misses, and how many false detections not all make.
  public var differences: Int
  public var outcomes: [Outcome]

  public init(id: Int, name: String, objects: Int, differences: Int, outcomes: [Outcome]) {
    self.id = id
    self.name = name
    self.objects = objects
    self.differences = differences
    self.outcomes = outcomes
  }
}
