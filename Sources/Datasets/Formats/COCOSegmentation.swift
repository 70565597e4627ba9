/// The pixels of an object in a COCO file.
public enum COCOSegmentation: Hashable, Sendable, Encodable {
  /// Outlines, each as x, y, x, y, … in pixels; without holes.
  case polygons([[Double]])
  /// Run lengths down the columns in COCO's compressed text, and the picture's height and width.
  case runs(counts: String, height: Int, width: Int)

  private enum CodingKeys: String, CodingKey {
    case counts, size
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .polygons(let outlines):
      var values = encoder.singleValueContainer()
      try values.encode(outlines)
    case .runs(let counts, let height, let width):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(counts, forKey: .counts)
      try values.encode([height, width], forKey: .size)
    }
  }
}
