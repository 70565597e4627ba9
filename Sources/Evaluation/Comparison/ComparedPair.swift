/// Two detectors of a comparison against each other.
public struct ComparedPair: Sendable, Hashable, Codable {
  /// Objects of one kind, by who finds them.
  public struct Group: Sendable, Hashable, Codable {
    /// What objects are grouped by: `size`, `crowding`, `occlusion`, `light`, `class`.
    public var property: String
    /// Which of them, in words: `small (up to 32² pixels)`.
    public var name: String
    public var objects: Int
    public var foundByBoth: Int
    public var onlyFirst: Int
    public var onlySecond: Int
    public var missedByBoth: Int

    public init(
      property: String, name: String, objects: Int, foundByBoth: Int, onlyFirst: Int, onlySecond: Int,
      missedByBoth: Int
    ) {
      self.property = property
      self.name = name
      self.objects = objects
      self.foundByBoth = foundByBoth
      self.onlyFirst = onlyFirst
      self.onlySecond = onlySecond
      self.missedByBoth = missedByBoth
    }
  }

  /// Names of two entries.
  public var first: String
  public var second: String
  /// The first less the second, on the same resampled images.
  public var bootstrap: PairedBootstrapReport
  /// One sentence: which is better by how much and how sure, or that the set is too small to say.
  public var verdict: String
  /// At an IoU of 0.5 and each detector's confidence of best F1; `all` first.
  public var groups: [Group]

  public init(
    first: String, second: String, bootstrap: PairedBootstrapReport, verdict: String, groups: [Group]
  ) {
    self.first = first
    self.second = second
    self.bootstrap = bootstrap
    self.verdict = verdict
    self.groups = groups
  }
}
