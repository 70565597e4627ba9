import DetectionUtilities
import ImageCodecs

/// How a format writes a box in four numbers.
enum WrittenBoxForm: String {
  case corners = "x1 y1 x2 y2"
  case cornerAndSize = "x y width height"
  case centreAndSize = "centre-x centre-y width height"

  /// The box as it would be, had its numbers been meant in another form.
  func reread(_ box: BoundingBox, as form: WrittenBoxForm) -> BoundingBox {
    let (a, b, c, d) =
      switch self {
      case .corners: (box.x1, box.y1, box.x2, box.y2)
      case .cornerAndSize: (box.x1, box.y1, box.width, box.height)
      case .centreAndSize: (box.centerX, box.centerY, box.width, box.height)
      }
    return switch form {
    case .corners: BoundingBox(x1: a, y1: b, x2: c, y2: d)
    case .cornerAndSize: BoundingBox(x1: a, y1: b, x2: a + c, y2: b + d)
    case .centreAndSize: BoundingBox(centerX: a, centerY: b, width: c, height: d)
    }
  }

  /// What programs are known to write in its place.
  var mistakenFor: [WrittenBoxForm] {
    switch self {
    case .corners: [.cornerAndSize]
    case .cornerAndSize: [.corners]
    case .centreAndSize: [.cornerAndSize, .corners]
    }
  }
}

/// Counts the boxes that are invalid in the form of their format, and those that would be valid in another form.
struct BoxFormCensus {
  /// Rounding to whole pixels is no sign of another form.
  static let tolerance = 1.0

  let written: WrittenBoxForm
  private var boxes = 0
  private var wrong = 0
  private var fitting: [Int]

  init(written: WrittenBoxForm) {
    self.written = written
    fitting = written.mistakenFor.map { _ in 0 }
  }

  mutating func count(_ box: BoundingBox, in size: ImageSize) {
    guard box.x1.isFinite, box.y1.isFinite, box.x2.isFinite, box.y2.isFinite else { return }
    boxes += 1
    if !BoxFormCensus.fits(box, size) { wrong += 1 }
    for (index, form) in written.mistakenFor.enumerated()
    where BoxFormCensus.fits(written.reread(box, as: form), size) {
      fitting[index] += 1
    }
  }

  /// What the numbers seem to be and why; nil where there is no reason to doubt them.
  ///
  /// Boxes in the form of the format do not leave their image, and do not all fit in another form as well: corners are
  /// larger than sizes almost everywhere. A quarter of wrong boxes, or a twentieth of many, is a sign only where the
  /// other form fits nearly all.
  var suspicion: String? {
    guard wrong >= 2, 4 * wrong >= boxes || boxes >= 20 && 20 * wrong >= boxes else { return nil }
    let index = fitting.indices.first { boxes < 100 ? fitting[$0] == boxes : 100 * fitting[$0] >= 99 * boxes }
    guard let index else { return nil }
    let other = written.mistakenFor[index]
    return "as '\(written.rawValue)' \(wrong) of \(boxes) boxes are inverted or reach out of their image; as "
      + "'\(other.rawValue)' \(fitting[index] == boxes ? "all" : "\(fitting[index])") fit"
  }

  private static func fits(_ box: BoundingBox, _ size: ImageSize) -> Bool {
    box.x1 < box.x2 && box.y1 < box.y2 && box.x1 >= -tolerance && box.y1 >= -tolerance
      && box.x2 <= Double(size.width) + tolerance && box.y2 <= Double(size.height) + tolerance
  }
}
