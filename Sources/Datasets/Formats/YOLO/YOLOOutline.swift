import DetectionUtilities
import ImageCodecs

/// The one outline by which YOLO's labels say an object's pixels.
enum YOLOOutline {
  /// x, y, x, y, … in pixels; nil where the mask has no pixel, is none of such an image, or falls into a great many runs.
  ///
  /// An outline stays as it is. Several, run lengths, and points so far away that the format cannot say them become one outline
  /// of the same pixels, see ``MaskOutline/joined(_:)``.
  static func points(of segmentation: COCOSegmentation, in size: ImageSize) -> [Double]? {
    guard let mask = try? segmentation.mask(width: size.width, height: size.height), mask.area > 0,
      mask.inside.count <= mostRuns
    else { return nil }
    if case .polygons(let outlines) = segmentation, outlines.allSatisfy({ isNear($0, size) }) {
      if outlines.count == 1 { return outlines[0] }
      // Where outlines overlap, an odd number of ways around is not what is in one of them.
      let line = MaskOutline.joined(outlines)
      if RunLengthMask(width: size.width, height: size.height, polygon: line) == mask { return line }
    }
    return MaskOutline.joined(mask.outlines().map(\.points))
  }

  /// Outlines of more runs make a line that is too long for any reader, in images of any size that there is.
  private static let mostRuns = 1 << 18

  /// Labels hold fractions of up to ±2.
  private static func isNear(_ outline: [Double], _ size: ImageSize) -> Bool {
    let (width, height) = (Double(size.width), Double(size.height))
    return outline.enumerated().allSatisfy { place, coordinate in
      let extent = place.isMultiple(of: 2) ? width : height
      return coordinate >= -extent && coordinate <= 2 * extent
    }
  }

  /// A fraction that gives the coordinate again to the last digit, or where there is none one on the same fifth of a pixel, to
  /// which coordinates are rounded when outlines are drawn.
  static func fraction(_ coordinate: Double, of extent: Double) -> Double {
    let nearest = coordinate / extent
    let candidates = [nearest, nearest.nextUp, nearest.nextDown]
    func fifth(_ coordinate: Double) -> Double { (5 * coordinate + 0.5).rounded(.towardZero) }
    return candidates.first { $0 * extent == coordinate }
      ?? candidates.first { fifth($0 * extent) == fifth(coordinate) } ?? nearest
  }
}
