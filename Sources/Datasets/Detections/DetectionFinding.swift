/// A kind of thing about detections that is worth a warning. All of them are kept as written.
public enum DetectionFinding: String, Sendable, Hashable, Codable, CaseIterable {
  /// Counted are the boxes that fit their image as corners and not as corner and size; only where these are most.
  case cornersForSizes
  case boxOutsideImage
  case boxReachingOut
  case zeroAreaBox

  /// One line for people, to be read after a count.
  public var description: String {
    switch self {
    case .cornersForSizes:
      "box that reaches out of its image as x, y, width, height, and fits as x1, y1, x2, y2: "
        + "the file may hold corners"
    case .boxOutsideImage: "detection entirely outside its image"
    case .boxReachingOut: "detection reaching out of its image"
    case .zeroAreaBox: "detection without area"
    }
  }
}
