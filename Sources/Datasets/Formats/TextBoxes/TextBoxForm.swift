/// How the four numbers of a box in a text file are meant.
public enum TextBoxForm: String, Sendable, Hashable, Codable, CaseIterable {
  /// x and y of the upper left corner, width, height; pixels.
  case cornerSize = "xywh"
  /// x and y of the upper left and the lower right corner; pixels.
  case corners = "xyxy"
  /// YOLO's: x and y of the centre, width, height; fractions of the image's size, which therefore has to be known.
  case relative

  /// The four numbers by name.
  var numbers: String {
    switch self {
    case .cornerSize: "x y width height"
    case .corners: "x1 y1 x2 y2"
    case .relative: "fractions centre-x centre-y width height"
    }
  }

  var written: WrittenBoxForm {
    switch self {
    case .cornerSize: .cornerAndSize
    case .corners: .corners
    case .relative: .centreAndSize
    }
  }
}
