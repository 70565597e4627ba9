/// What the category ids of COCO results are.
public enum CategoryNumbering: String, Sendable, Hashable, Codable, CaseIterable {
  /// The ids of the ground truth, which has to be COCO's.
  case own = "ids"
  /// Places in the list of classes, the first being 0.
  case fromZero = "from0"
  /// Places in the list of classes, the first being 1.
  case fromOne = "from1"
  /// The ids 1 to 90 of COCO's own 80 classes, which have gaps.
  case coco91

  private static let cocoIDs: [Int: Int] = {
    let gaps: Set = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83]
    let ids = (1...90).filter { !gaps.contains($0) }
    return Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })
  }()

  /// The class that an id means, of a list of `count`; nil where there is none, or the ids are the ground truth's.
  func index(of id: Int, count: Int) -> Int? {
    let index: Int?
    switch self {
    case .own: index = nil
    case .fromZero: index = id
    // Without overflow, since a file may hold the smallest number there is.
    case .fromOne: index = id > 0 ? id - 1 : nil
    case .coco91: index = count == 80 ? CategoryNumbering.cocoIDs[id] : nil
    }
    return index.flatMap { (0..<count).contains($0) ? $0 : nil }
  }

  /// How ids are counted, for people.
  var words: String {
    switch self {
    case .own: "the ground truth's own"
    case .fromZero: "places in the list of classes from 0"
    case .fromOne: "places in the list of classes from 1"
    case .coco91: "those of COCO's 80 classes, 1 to 90"
    }
  }
}
