import DetectionUtilities
import Foundation

/// Looks at the masks of objects that were kept: at their outlines, and at what the file says of area and box.
enum MaskInspection {
  /// Outlines may reach this many pixels out of the image: files round, or count pixels from 1.
  static let outlineTolerance = 1.0
  /// Likewise a mask out of its box.
  static let boxTolerance = 2.0
  /// Of the larger of two areas, beside the length of the outline: COCO's own areas are those of polygons, not of pixels.
  static let areaTolerance = 0.05

  /// - Complexity: O(points + runs) of the masks.
  static func entries(for image: LabelledImage, places: [DatasetPlace]) -> [AuditEntry] {
    guard image.isSizeKnown else { return [] }
    var entries: [AuditEntry] = []
    for (object, place) in zip(image.objects, places) {
      guard let segmentation = object.segmentation,
        let mask = try? segmentation.mask(width: image.size.width, height: image.size.height), let box = mask.box
      else { continue }
      func add(_ finding: DatasetFinding, _ detail: String) {
        entries.append(AuditEntry(finding: finding, place: place.with(detail), box: object.box, keptBox: object.box))
      }
      var length = 2 * (box.width + box.height)
      if case .polygons(let outlines) = segmentation {
        length = outlines.reduce(0) { $0 + self.length(of: $1) }
        let around = BoundingBox(around: outlines.flatMap(\.self)) ?? box
        let excess = max(
          -around.x1, -around.y1, around.x2 - Double(image.size.width), around.y2 - Double(image.size.height))
        if excess > outlineTolerance { add(.outlineOutsideImage, "by \(number(excess)) pixels") }
        if let (finding, detail) = crossing(of: outlines) { add(finding, detail) }
      }
      let excess = max(
        object.box.x1 - box.x1, object.box.y1 - box.y1, box.x2 - object.box.x2, box.y2 - object.box.y2)
      if excess > boxTolerance { add(.maskOutsideBox, "by \(number(excess)) pixels") }
      let difference = abs(object.area - Double(mask.area))
      if !(difference <= areaTolerance * max(object.area, Double(mask.area)) + length) {
        add(.areaMismatch, "\(number(object.area)), and \(mask.area) pixels")
      }
    }
    return entries
  }

  private static func crossing(of outlines: [[Double]]) -> (DatasetFinding, String)? {
    var untested: Int?
    for (index, outline) in outlines.enumerated() {
      let name = outlines.count == 1 ? "" : "outline \(index + 1): "
      switch OutlineCrossing(of: outline) {
      case .none: continue
      case .edges(let first, let second):
        func point(_ place: Int) -> String { "(\(number(outline[2 * place])), \(number(outline[2 * place + 1])))" }
        return (.selfCrossingOutline, "\(name)the edges from \(point(first)) and from \(point(second))")
      case .untested: untested = untested ?? index
      }
    }
    return untested.map { (.intricateOutline, "\(outlines[$0].count / 2) points") }
  }

  private static func length(of outline: [Double]) -> Double {
    var length = 0.0
    let count = outline.count / 2
    for place in 0..<count {
      let next = place + 1 == count ? 0 : place + 1
      length += hypot(outline[2 * next] - outline[2 * place], outline[2 * next + 1] - outline[2 * place + 1])
    }
    return length
  }

  private static func number(_ value: Double) -> String { String(format: "%.10g", (100 * value).rounded() / 100) }
}
