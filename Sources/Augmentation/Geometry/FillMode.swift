/// What is shown beyond an image's edge where it is turned, sheared, moved or shrunk.
public enum FillMode: String, Codable, Sendable, CaseIterable {
  /// The nearest pixel.
  case nearest
  /// One level of grey.
  case constant
  /// The image mirrored at its edge.
  case reflect

  public init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    guard let mode = FillMode(rawValue: word) else {
      let known = FillMode.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected one of \(known), found \"\(word)\""))
    }
    self = mode
  }

  /// The pixel that stands for a place on an axis of so many; nil where that is the level.
  @inline(__always)
  func index(_ place: Int, _ extent: Int) -> Int? {
    if place >= 0 && place < extent { return place }
    switch self {
    case .constant: return nil
    case .nearest: return place < 0 ? 0 : extent - 1
    case .reflect:
      let period = 2 * extent
      let within = ((place % period) + period) % period
      return within < extent ? within : period - 1 - within
    }
  }
}
