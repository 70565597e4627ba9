import DetectionUtilities

/// The ground truth of one object of a rendered scene.
public struct SceneLabel: Sendable, Hashable {
  public var kind: SceneClass
  /// Around the pixels in which the object is seen; corner form.
  public var box: BoundingBox
  /// The pixels in which the object is seen.
  package var mask: Mask
  /// Of the part within the picture, how much nothing hides: 0 to 1.
  public var visibleFraction: Double
  /// Square root of the pixels that the whole object would cover if nothing hid it and the picture did not end.
  public var apparentSize: Double
  /// What a white matte surface would show in its place: 0 (black) to 1 (white).
  public var lightLevel: Double
  /// How much of the object lies beyond the picture: 0 to 1.
  public var truncation: Double

  /// Names and values as they stand in label files.
  public var attributes: [String: Double] {
    func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
    return [
      "visible_fraction": rounded(visibleFraction), "apparent_size": rounded(apparentSize),
      "light_level": rounded(lightLevel), "truncation": rounded(truncation),
    ]
  }
}

/// The kinds of object in sample scenes, in the order of their class ids, which count from 1.
public enum SceneClass: String, CaseIterable, Sendable, Codable {
  case sphere, cube, cylinder, cone, ring, mug, die, bottle

  /// COCO's category id.
  public var id: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
