import Models

/// The classes of two detectors in one list, by name: another order is no difference, nor is the name that Darknet's
/// lists have for a class of COCO.
public struct DetectionAgreementClasses: Hashable, Sendable {
  /// Those of the left side, then those that only the right side has.
  public let names: [String]
  /// For each class of the right side, its index in ``names``.
  public let rightIndices: [Int]
  public let onlyLeft: [String]
  public let onlyRight: [String]

  public init(left: [String], right: [String]) {
    func missing(_ names: [String], in others: [String]) -> [String] {
      let known = Set(others.map(COCOClasses.canonicalName))
      return names.filter { !known.contains(COCOClasses.canonicalName($0)) }
    }
    onlyLeft = missing(left, in: right)
    onlyRight = missing(right, in: left)
    names = left + onlyRight
    let indices = Self.indices(of: names)
    rightIndices = right.compactMap { indices[COCOClasses.canonicalName($0)] }
  }

  /// Of class names in the form that COCO has for them; of equal ones the first.
  static func indices(of names: [String]) -> [String: Int] {
    Dictionary(names.enumerated().map { (COCOClasses.canonicalName($0.element), $0.offset) }) { first, _ in first }
  }

  /// One sentence for people; nil where both sides have the same names.
  public func difference(left: String, right: String) -> String? {
    if onlyLeft.isEmpty && onlyRight.isEmpty { return nil }
    let parts = [(left, onlyLeft), (right, onlyRight)].filter { !$0.1.isEmpty }.map { model, names in
      "only \(model) has " + names.map { "'\($0)'" }.joined(separator: ", ")
    }
    return "the classes differ: \(parts.joined(separator: "; "))"
  }
}
