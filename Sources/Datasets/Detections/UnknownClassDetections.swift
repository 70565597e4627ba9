/// Detections in one image of a class that the ground truth does not have. They are not counted, as pycocotools has it: they
/// are neither right nor wrong, and there is no class whose figure they could lower.
public struct UnknownClassDetections: Sendable, Hashable, Codable {
  public var imageID: Int
  /// How the detector or its files call the class.
  public var className: String
  public var count: Int

  public init(imageID: Int, className: String, count: Int) {
    self.imageID = imageID
    self.className = className
    self.count = count
  }

  /// Some of several, by rising image and then by class, so that the same ones are always in the same order.
  public static func sorted(_ several: some Sequence<UnknownClassDetections>) -> [UnknownClassDetections] {
    several.sorted { ($0.imageID, $0.className) < ($1.imageID, $1.className) }
  }

  /// One sentence for people; nil where there are none.
  public static func summary(_ several: [UnknownClassDetections], knownClasses: [String]) -> String? {
    if several.isEmpty { return nil }
    let total = several.reduce(0) { $0 + $1.count }
    let counts = Dictionary(several.map { ($0.className, $0.count) }, uniquingKeysWith: +)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let listed = counts.prefix(5).map { name, count in
      let similar = ClassNameLikeness.similar(to: name, among: knownClasses).map { ", perhaps '\($0)'" } ?? ""
      return "'\(name)' (\(count)\(similar))"
    }.joined(separator: ", ")
    let more = counts.count > 5 ? " and \(counts.count - 5) more" : ""
    let classes = counts.count == 1 ? "1 class" : "\(counts.count) classes"
    return "\(total) detection\(total == 1 ? "" : "s") of \(classes) that the ground truth does not have "
      + "\(total == 1 ? "was" : "were") not counted: \(listed)\(more)"
  }
}

/// Finds class names that people write in several ways: `Traffic_Light`, `traffic light`, `trafficlight`.
///
/// Names are never taken for one another in silence, since some sets tell `Car` from `car`; a message says what was perhaps
/// meant.
enum ClassNameLikeness {
  /// A known class that is another name but the same word; nil where there is none.
  static func similar(to name: String, among known: [String]) -> String? {
    if known.contains(name) { return nil }
    let word = word(name)
    return word.isEmpty ? nil : known.first { self.word($0) == word }
  }

  /// Letters and digits alone, small; a plural's `s` is left out, and what Darknet's list of COCO's classes shortens is long.
  private static func word(_ name: String) -> String {
    var word = name.lowercased().filter { $0.isLetter || $0.isNumber }
    if let long = longNames[word] { word = long }
    return word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }

  private static let longNames = [
    "motorbike": "motorcycle", "aeroplane": "airplane", "sofa": "couch", "tvmonitor": "tv",
    "hairdrier": "hairdryer", "pedestrian": "person", "people": "person",
  ]
}
