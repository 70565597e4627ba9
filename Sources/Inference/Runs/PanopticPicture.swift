import DetectionUtilities
import ImageCodecs

/// A panoptic segmentation as COCO's files have it: a picture whose colours are the ids of segments, red + 256 · green + 65536 ·
/// blue, and a list of them.
public struct PanopticPicture: Sendable {
  /// A record of the list.
  public struct Segment: Codable, Sendable, Hashable {
    public var id: Int
    public var categoryID: Int
    /// Pixels.
    public var area: Int
    /// x, y, width, height of the smallest box around them.
    public var bbox: [Int]
    public var isCrowd = 0

    public init(id: Int, categoryID: Int, area: Int, bbox: [Int]) {
      (self.id, self.categoryID, self.area, self.bbox) = (id, categoryID, area, bbox)
    }

    enum CodingKeys: String, CodingKey {
      case id, area, bbox
      case categoryID = "category_id"
      case isCrowd = "iscrowd"
    }
  }

  public let image: RGBImage
  public let segments: [Segment]

  /// Segments get colours near those of their classes, each its own.
  ///
  /// - Parameter categoryIDs: by class index.
  /// - Precondition: pixels and segments agree.
  public init(_ segmentation: PanopticSegmentation, size: ImageSize, categoryIDs: [Int]) {
    precondition(segmentation.ids.count == size.width * size.height, "a segment for every pixel")
    var colors = SegmentColors()
    let places = Dictionary(
      uniqueKeysWithValues: segmentation.segments.enumerated().map { (UInt32($0.element.id), $0.offset) })
    let chosen = segmentation.segments.map { colors.next(ofClass: $0.classIndex) }
    var boxes = Array(repeating: PixelBox(), count: chosen.count)
    var pixels = [UInt8](repeating: 0, count: 3 * segmentation.ids.count)
    var (lastID, lastPlace) = (UInt32(0), 0)
    for (place, id) in segmentation.ids.enumerated() where id != 0 {
      if id != lastID {
        guard let found = places[id] else { preconditionFailure("a pixel of the segment \(id), which is not listed") }
        (lastID, lastPlace) = (id, found)
      }
      let color = chosen[lastPlace]
      (pixels[3 * place], pixels[3 * place + 1], pixels[3 * place + 2]) = (color.red, color.green, color.blue)
      boxes[lastPlace].add(x: place % size.width, y: place / size.width)
    }
    image = RGBImage(size: size, pixels: pixels)
    segments = segmentation.segments.indices.map { place in
      let color = chosen[place]
      return Segment(
        id: Int(color.red) + 256 * Int(color.green) + 65536 * Int(color.blue),
        categoryID: categoryIDs[segmentation.segments[place].classIndex], area: boxes[place].area,
        bbox: boxes[place].values)
    }
  }
}

/// The pixels of a segment, as far as they have been seen.
private struct PixelBox {
  private(set) var area = 0
  private var (left, top, right, bottom) = (Int.max, Int.max, 0, 0)

  mutating func add(x: Int, y: Int) {
    area += 1
    (left, top) = (min(left, x), min(top, y))
    (right, bottom) = (max(right, x + 1), max(bottom, y + 1))
  }

  var values: [Int] { area == 0 ? [0, 0, 0, 0] : [left, top, right - left, bottom - top] }
}

/// Colours of segments: the class's, and for further segments of a class others near it.
private struct SegmentColors {
  private var taken: Set<Int> = [0]

  mutating func next(ofClass index: Int) -> RGBColor {
    let base = RGBColor.ofClass(index)
    var step = 0
    while true {
      // Steps of 37 and 91 reach all levels of a channel before any returns.
      let color = RGBColor(
        red: base.red &+ UInt8(truncatingIfNeeded: 37 * (step / 256)),
        green: base.green &+ UInt8(truncatingIfNeeded: 91 * (step / 65536)),
        blue: base.blue &+ UInt8(truncatingIfNeeded: 29 * step))
      if taken.insert(Int(color.red) | Int(color.green) << 8 | Int(color.blue) << 16).inserted { return color }
      step += 1
    }
  }
}
