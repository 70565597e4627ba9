/// How an image is made to fit a size with other proportions.
public enum ResizePolicy: Hashable, Sendable {
  /// Keeps the proportions and pads the rest.
  case letterbox
  /// Fills the size, changing the proportions.
  case stretch
  /// Keeps the proportions and makes the shorter side this long, unless the longer one would exceed its limit; pads on
  /// the right and below to multiples of ``sideMultiple``. The resulting size follows the image's proportions. As
  /// torchvision's `GeneralizedRCNNTransform`.
  case shorterSide(Int, longerAtMost: Int)

  /// Of the padded sides of ``shorterSide(_:longerAtMost:)``.
  public static let sideMultiple = 32

  /// Whether the network's input has another size for every shape of image.
  public var variesSize: Bool {
    switch self {
    case .letterbox, .stretch: false
    case .shorterSide: true
    }
  }
}

/// In files a word, or an object with the two sides.
extension ResizePolicy: Codable {
  private enum Word: String, Codable {
    case letterbox
    case stretch
  }

  private struct Sides: Codable {
    var shorterSide: Int
    var longerSideAtMost: Int
  }

  public init(from decoder: any Decoder) throws {
    if let word = try? decoder.singleValueContainer().decode(String.self) {
      switch Word(rawValue: word) {
      case .letterbox: self = .letterbox
      case .stretch: self = .stretch
      case nil:
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath, debugDescription: "expected letterbox or stretch, found \"\(word)\""))
      }
      return
    }
    let sides = try Sides(from: decoder)
    self = .shorterSide(sides.shorterSide, longerAtMost: sides.longerSideAtMost)
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .letterbox: try Word.letterbox.encode(to: encoder)
    case .stretch: try Word.stretch.encode(to: encoder)
    case .shorterSide(let shorter, let longer):
      try Sides(shorterSide: shorter, longerSideAtMost: longer).encode(to: encoder)
    }
  }
}
