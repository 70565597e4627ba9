import ImageCodecs

/// What sample scenes look like.
public struct SceneSettings: Codable, Sendable, Hashable {
  /// How much of each object others may hide.
  public enum Occlusion: String, Codable, Sendable, CaseIterable {
    /// At most 2 % hidden.
    case none
    /// At most 55 % hidden; most objects stand free.
    case some
    /// At most 85 % hidden; objects stand close behind each other.
    case heavy
  }

  public enum Lighting: String, Codable, Sendable, CaseIterable {
    case normal
    /// Little light and a noisy sensor.
    case dim
    /// One small bright light and deep shadows.
    case harsh
    /// Mostly normal, sometimes one of the others.
    case mixed
  }

  /// How large objects appear: the longest side as a share of the picture's shorter side.
  public enum Scale: String, Codable, Sendable, CaseIterable {
    /// 10 % to 34 %.
    case normal
    /// 4 % to 10 %.
    case small
    /// 28 % to 55 %.
    case large
    /// 5 % to 50 %.
    case mixed
  }

  public enum Background: String, Codable, Sendable, CaseIterable {
    /// One colour.
    case plain
    /// Boards, tiles, checks, stone.
    case textured
    /// Textured, with sheets, stains, pebbles and twigs lying about and a patterned wall.
    case cluttered
    case mixed
  }

  public var imageSize = ImageSize(width: 320, height: 320)
  /// Scenes with the same seed and number are the same.
  public var seed: UInt64 = 1
  /// Every number of the range is equally likely; where there is no room left, a scene holds fewer.
  public var objectCount = 2...9
  public var occlusion = Occlusion.some
  public var lighting = Lighting.mixed
  public var scale = Scale.normal
  public var background = Background.mixed

  public init() {}
}
