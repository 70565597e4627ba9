import DetectionUtilities
import Foundation

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

extension ComparedPair {
  /// One sentence: which is better by how much and how sure, or that the set is too small to say.
  ///
  /// - Parameter difference: the first's average precision less the second's, fractions.
  package static func verdict(first: String, second: String, difference: BootstrapInterval, images: Int) -> String {
    func points(_ value: Double) -> String {
      let text = String(format: "%.1f", 100 * value)
      return text == "-0.0" ? "0.0" : text.replacingOccurrences(of: "-", with: "−")
    }
    let level = String(format: "%g", 100 * difference.level)
    if difference.value == 0 && difference.lower == 0 && difference.upper == 0 {
      return "\(first) and \(second) have the same AP on these images, however they are drawn."
    }
    if difference.lower > 0 || difference.upper < 0 {
      let isFirst = difference.lower > 0
      let (lower, upper) = isFirst ? (difference.lower, difference.upper) : (-difference.upper, -difference.lower)
      return "\(isFirst ? first : second) beats \(isFirst ? second : first) by \(points(abs(difference.value))) AP "
        + "(\(level) % interval \(points(lower)) to \(points(upper)))."
    }
    let count = images == 1 ? "1 image is" : "\(images) images are"
    return "\(count) too few to say whether \(first) or \(second) is better: the difference of "
      + "\(points(difference.value)) AP lies between \(points(difference.lower)) and \(points(difference.upper)) "
      + "(\(level) % interval)."
  }
}

extension ComparedPair {
  /// Objects by who finds them: all together, then by every property. Groups without objects are left out.
  static func groups(_ first: ObjectOutcomes, _ second: ObjectOutcomes, by properties: [ObjectGroups]) -> [Group] {
    let all = ObjectGroups(property: "all", names: ["all objects"], places: first.isFound.map { _ in 0 })
    return ([all] + properties).flatMap { property in
      var groups = property.names.map {
        Group(
          property: property.property, name: $0, objects: 0, foundByBoth: 0, onlyFirst: 0, onlySecond: 0,
          missedByBoth: 0)
      }
      for (index, place) in property.places.enumerated() {
        guard let place, let byFirst = first.isFound[index], let bySecond = second.isFound[index] else { continue }
        groups[place].objects += 1
        switch (byFirst, bySecond) {
        case (true, true): groups[place].foundByBoth += 1
        case (true, false): groups[place].onlyFirst += 1
        case (false, true): groups[place].onlySecond += 1
        case (false, false): groups[place].missedByBoth += 1
        }
      }
      return groups.filter { $0.objects > 0 }
    }
  }
}
