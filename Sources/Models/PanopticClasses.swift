/// The classes of a panoptic model: those of which objects are told apart, things, and those of which they are not, stuff.
public struct PanopticClasses: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var name: String
    /// In files.
    public var id: Int
    public var isThing: Bool

    public init(name: String, id: Int, isThing: Bool) {
      self.name = name
      self.id = id
      self.isThing = isThing
    }
  }

  /// Things in the order of the detector, then stuff in that of the segmenter.
  public let entries: [Entry]
  /// By a class of label maps: the index of its entry; nil for what a detector finds, and for what is nothing.
  public let stuff: [Int?]

  /// Names of segmenters' classes that mean neither.
  public static let namesOfNothing: Set<String> = [
    "background", "__background__", "void", "unlabelled", "unlabeled", "things",
  ]

  /// What a detector and a segmenter know together. Names are the same where they differ in upper and lower case alone.
  ///
  /// Ids are those that they have; where one of the segmenter is one of the detector's too, the segmenter's are counted on behind
  /// the detector's greatest.
  public init(things: [ModelFile.Label], semantics: [ModelFile.Label]) {
    let known = Set(things.map { $0.name.lowercased() })
    let others = semantics.map { label in
      let name = label.name.lowercased()
      return known.contains(name) || Self.namesOfNothing.contains(name) ? nil : label
    }
    let used = Set(things.map(\.id))
    let collide = others.contains { $0.map { used.contains($0.id) } ?? false }
    var next = (used.max() ?? 0) + 1
    var entries = things.map { Entry(name: $0.name, id: $0.id, isThing: true) }
    stuff = others.map { label in
      guard let label else { return nil }
      entries.append(Entry(name: label.name, id: collide ? next : label.id, isThing: false))
      next += 1
      return entries.count - 1
    }
    self.entries = entries
  }

  /// What a detector knows that finds stuff itself: index 0 of its label maps stands for things.
  public init(things: [ModelFile.Label], stuffOfDetector labels: [ModelFile.Label]) {
    let anyThing = ModelFile.Label(name: "things", id: (labels.map(\.id).min() ?? 0) - 1)
    self.init(things: things, semantics: [anyThing] + labels)
  }
}
