import DetectionUtilities

/// What reading a dataset found: counts, and the first few places of every kind.
public struct DatasetAudit: Sendable, Hashable {
  /// At most this many places are kept for a kind.
  public static let placesKept = 5

  public private(set) var imageCount = 0
  public private(set) var boxCount = 0
  /// Boxes per class, in the order of the classes.
  public private(set) var boxesPerClass: [ClassCount] = []
  public private(set) var counts: [DatasetFinding: Int] = [:]
  /// File with line or annotation, in the order in which they were met.
  public private(set) var firstPlaces: [DatasetFinding: [String]] = [:]
  /// How many shapes without a box were left out, by kind: `polyline`, `points`.
  public private(set) var shapesLeftOut: [String: Int] = [:]
  /// How the files were read where they could be read in several ways, and on what evidence; which splits they are.
  public private(set) var readings: [String] = []
  public let treatment: InvalidBoxPolicy
  /// Whether the findings belong to a larger dataset, of which this one is a part.
  public private(set) var isOfWholeSource = true
  /// Every finding, in the order in which they were met, where the reading is for an audit; nil otherwise.
  private(set) var entries: [AuditEntry]?

  public struct ClassCount: Sendable, Hashable {
    public let name: String
    public let boxes: Int
  }

  public init(treatment: InvalidBoxPolicy = .repaired) {
    self.treatment = treatment
  }

  /// One that keeps every place, and for which readers go on after labels that they cannot read.
  static func thorough(treatment: InvalidBoxPolicy) -> DatasetAudit {
    var audit = DatasetAudit(treatment: treatment)
    audit.entries = []
    return audit
  }

  var isThorough: Bool { entries != nil }

  public subscript(finding: DatasetFinding) -> Int { counts[finding] ?? 0 }

  /// Whether something in the labels or images is wrong; notes do not count.
  public var hasMistakes: Bool { counts.contains { !$0.key.isNote && $0.value > 0 } }

  mutating func add(
    _ finding: DatasetFinding, at place: @autoclosure () -> DatasetPlace, box: BoundingBox? = nil,
    kept: BoundingBox? = nil
  ) {
    counts[finding, default: 0] += 1
    if firstPlaces[finding, default: []].count < DatasetAudit.placesKept {
      firstPlaces[finding, default: []].append(place().description)
    }
    entries?.append(AuditEntry(finding: finding, place: place(), box: box, keptBox: kept))
  }

  /// Counts a shape that has no box.
  mutating func leaveOut(_ kind: String, at place: @autoclosure () -> DatasetPlace) {
    shapesLeftOut[kind, default: 0] += 1
    add(.shapeLeftOut, at: place().with(kind))
  }

  /// - Parameter file: A label or image file.
  mutating func add(_ finding: DatasetFinding, at file: @autoclosure () -> String) {
    add(finding, at: DatasetPlace(file: file()))
  }

  /// Each is kept once.
  mutating func addReading(_ text: String) {
    if !readings.contains(text) { readings.append(text) }
  }

  /// What `read` gives. In a thorough audit a label that cannot be read is a finding, and the result nil; otherwise the
  /// error is thrown on.
  mutating func tolerating<Value>(
    image: String? = nil, _ read: (inout DatasetAudit) throws -> Value
  ) throws -> Value? {
    do {
      return try read(&self)
    } catch let error as DatasetError where isThorough {
      add(.malformedLabel, at: DatasetPlace(error, image: image))
      return nil
    }
  }

  /// In a thorough audit what is missing is a finding; otherwise the error is thrown.
  mutating func require(
    _ condition: Bool, _ finding: DatasetFinding, _ place: @autoclosure () -> DatasetPlace,
    _ error: @autoclosure () -> DatasetError
  ) throws {
    if condition { return }
    guard isThorough else { throw error() }
    add(finding, at: place())
  }

  /// Names that differ in case and spaces only.
  mutating func addSimilar(classNames: [String]) {
    var folded: [String: String] = [:]
    for name in classNames {
      let key = name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
      if let other = folded[key], other != name {
        add(.similarClassNames, at: DatasetPlace(detail: "'\(other)' and '\(name)'"))
      } else {
        folded[key] = name
      }
    }
  }

  mutating func count(images: [LabelledImage], classes: [ObjectClass]) {
    var boxes = [Int](repeating: 0, count: classes.count)
    for image in images {
      for object in image.objects { boxes[object.classIndex] += 1 }
    }
    imageCount = images.count
    boxCount = boxes.reduce(0, +)
    boxesPerClass = zip(classes, boxes).map { ClassCount(name: $0.name, boxes: $1) }
  }

  func ofSubset() -> DatasetAudit {
    var part = self
    part.isOfWholeSource = false
    return part
  }
}

extension DatasetAudit {
  /// `17 polyline, 2 points`, the most frequent first.
  static func text(ofKinds counts: [String: Int]) -> String {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }

  /// Lines for people: what is in the dataset, then every kind of finding with its count and first places.
  public var summary: String {
    var lines = ["\(imageCount) images, \(boxCount) boxes, \(boxesPerClass.count) classes"]
    let listed = boxesPerClass.filter { $0.boxes > 0 }
    if !listed.isEmpty { lines.append("  " + listed.map { "\($0.name) \($0.boxes)" }.joined(separator: ", ")) }
    let without = boxesPerClass.filter { $0.boxes == 0 }.map(\.name)
    if !without.isEmpty { lines.append("  without a box: " + without.joined(separator: ", ")) }
    lines += readings.map { "  " + $0 }
    let found = DatasetFinding.allCases.filter { self[$0] > 0 }
    if !isOfWholeSource, !found.isEmpty { lines.append("found in the whole of the source, of which this is a part:") }
    for isNote in [false, true] {
      for finding in found where finding.isNote == isNote {
        let kinds = finding == .shapeLeftOut ? ": \(DatasetAudit.text(ofKinds: shapesLeftOut))" : ""
        lines.append("\(isNote ? "note" : "mistake"): \(self[finding]) × \(finding.description(treatment))\(kinds)")
        // Of what is merely worth knowing the count is enough.
        guard !isNote else { continue }
        let places = firstPlaces[finding] ?? []
        lines += places.map { "  " + $0 }
        if self[finding] > places.count { lines.append("  and \(self[finding] - places.count) more") }
      }
    }
    return lines.joined(separator: "\n")
  }
}
