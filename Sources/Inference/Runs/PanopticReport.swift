import ImageCodecs
import Models

/// The segments of one image, as `panoptic --json-lines` writes them.
public struct PanopticReport: ImageReport, Codable, Hashable {
  public struct Entry: Codable, Sendable, Hashable {
    /// In the picture: red + 256 · green + 65536 · blue.
    public var id: Int
    public var label: String
    public var classId: Int
    public var isThing: Bool
    /// Pixels of the image at full scale.
    public var area: Int
    /// x, y, width, height.
    public var bbox: [Int]
  }

  /// Path as given.
  public var image: String
  public var width: Int
  public var height: Int
  /// The file with the pixels.
  public var picture: String
  /// Things by score, then stuff.
  public var segments: [Entry]

  public init(
    image: String, size: ImageSize, picture: String, segments: [PanopticPicture.Segment], classes: PanopticClasses
  ) {
    self.image = image
    (width, height) = (size.width, size.height)
    self.picture = picture
    let entries = Dictionary(classes.entries.map { ($0.id, $0) }) { first, _ in first }
    self.segments = segments.map { segment in
      let entry = entries[segment.categoryID]
      return Entry(
        id: segment.id, label: entry?.name ?? "", classId: segment.categoryID, isThing: entry?.isThing ?? false,
        area: segment.area, bbox: segment.bbox)
    }
  }
}
