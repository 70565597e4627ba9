/// The kinds of object in sample scenes, in the order of their class ids, which count from 1.
public enum SceneClass: String, CaseIterable, Sendable, Codable {
  case sphere, cube, cylinder, cone, ring, mug, die, bottle

  /// COCO's category id.
  public var id: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
