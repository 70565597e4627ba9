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
    return "\(total) detection\(total == 1 ? "" : "s") of \(counts.count) class\(counts.count == 1 ? "" : "es") that the "
      + "ground truth does not have \(total == 1 ? "was" : "were") not counted: \(listed)\(more)"
  }
}
