/// Why numbers or a text are no mask of an image. The description is read after "has".
public enum MaskError: Error, Hashable, Sendable, CustomStringConvertible {
  case negativeLength(Int)
  /// Run lengths that end before the image does.
  case tooShort(Int, expected: Int)
  /// Run lengths that go on behind the image.
  case tooLong(expected: Int)
  /// A byte that COCO's compressed text does not have, or a number in it that is too large; its place, from 0.
  case byte(Int)
  /// A compressed text that ends within a number.
  case unfinishedText
  /// An x without a y.
  case oddCoordinates(Int)
  /// An outline of fewer than three points.
  case tooFewPoints(Int)
  /// A coordinate that is not finite, or farther away than an image is wide.
  case farPoint(Double)
  /// Run lengths of an image of another size.
  case otherSize(width: Int, height: Int, expectedWidth: Int, expectedHeight: Int)
  case tooManyPixels(width: Int, height: Int)
  /// An outline in an image whose size is not stated.
  case unknownSize
  /// An object or detection without a mask, where masks are needed.
  case missing
  /// Run lengths along rows that change down the columns more often than ``RunLengthMask/mostChanges``.
  case tooManyChanges
  /// What stands in place of a mask, in words.
  case unreadable(String)

  public var description: String {
    switch self {
    case .negativeLength(let length): "a run length of \(length); expected at least 0"
    case .tooShort(let total, let expected): "run lengths of \(total) pixels; expected \(expected), those of its image"
    case .tooLong(let expected): "run lengths of more than \(expected) pixels, those of its image"
    case .byte(let place): "a character that is not of COCO's compressed run lengths, at place \(place)"
    case .unfinishedText: "compressed run lengths that end within a number"
    case .oddCoordinates(let count): "an outline of \(count) numbers; expected x, y, x, y, …"
    case .tooFewPoints(let count): "an outline of \(count) \(count == 1 ? "point" : "points"); expected at least 3"
    case .farPoint(let coordinate):
      "an outline with a coordinate of \(coordinate); expected pixels, at most ±\(Int(RunLengthMask.farthestPoint))"
    case .otherSize(let width, let height, let expectedWidth, let expectedHeight):
      "run lengths of \(width)×\(height); expected \(expectedWidth)×\(expectedHeight), the size of its image"
    case .unknownSize: "an outline in an image whose size is not stated"
    case .tooManyChanges: "run lengths that change more than \(RunLengthMask.mostChanges) times down the columns"
    case .unreadable(let what): what
    case .missing: "no segmentation; expected outlines or run lengths"
    case .tooManyPixels(let width, let height):
      "a mask of \(width)×\(height); expected at most \(RunLengthMask.mostPixels) pixels"
    }
  }
}
