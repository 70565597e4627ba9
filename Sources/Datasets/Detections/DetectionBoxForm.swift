/// How the four numbers of a detection in a text file are meant.
public enum DetectionBoxForm: String, Sendable, Hashable, Codable, CaseIterable {
  /// x and y of the upper left corner, width, height; pixels.
  case cornerSize = "xywh"
  /// x and y of the upper left and the lower right corner; pixels.
  case corners = "xyxy"
  /// YOLO's: x and y of the centre, width, height; fractions of the image's size, which therefore has to be known.
  case relative
}
