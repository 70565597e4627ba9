/// The place of one prediction in a head's outputs.
public struct GridLocation: Hashable, Sendable {
  public var image: Int
  public var level: Int
  /// Index into the level's anchors.
  public var anchor: Int
  public var row: Int
  public var column: Int

  public init(image: Int, level: Int, anchor: Int, row: Int, column: Int) {
    self.image = image
    self.level = level
    self.anchor = anchor
    self.row = row
    self.column = column
  }
}

extension GridLocation: Comparable {
  /// By image, level, anchor, row, column.
  public static func < (a: GridLocation, b: GridLocation) -> Bool {
    (a.image, a.level, a.anchor, a.row, a.column) < (b.image, b.level, b.anchor, b.row, b.column)
  }
}
