/// Places label tags so that they stay in the image and hide as little as possible of one another and of the objects.
struct LabelLayout {
  let imageSize: ImageSize
  /// All boxes of the image, with their lines.
  let boxes: [PixelRectangle]
  /// A tag above or below a box lies over its line, of this width.
  let lineWidth: Int
  private(set) var placed: [PixelRectangle] = []

  init(imageSize: ImageSize, boxes: [PixelRectangle], lineWidth: Int) {
    self.imageSize = imageSize
    self.boxes = boxes
    self.lineWidth = lineWidth
  }

  /// The place for a tag of this size beside `box`, which later tags will avoid; nil where better tags would hide too
  /// much of it to be read.
  ///
  /// Preferred, in this order: above the box at its left, below it, the same at the right, inside at the corners; then
  /// ever further up and down.
  /// - Complexity: O(boxes + placed tags).
  mutating func place(width: Int, height: Int, beside box: PixelRectangle) -> PixelRectangle? {
    var best = PixelRectangle(x: box.x, y: box.y, width: width, height: height).moved(into: imageSize)
    var least = Double.infinity
    func consider(x: Int, y: Int, reluctance: Double) {
      if reluctance >= least { return }
      let candidate = PixelRectangle(x: x, y: y, width: width, height: height).moved(into: imageSize)
      // A tag that had to be moved is no longer where it belongs.
      let shift = Double(abs(candidate.y - y)) / Double(height) + 0.3 * Double(abs(candidate.x - x)) / Double(width)
      let cost = reluctance + shift + hidden(by: candidate, least: least - reluctance - shift)
      if cost < least {
        least = cost
        best = candidate
      }
    }
    let (above, below) = (box.y + lineWidth - height, box.bottom - lineWidth)
    let (left, right) = (box.x, box.right - width)
    consider(x: left, y: above, reluctance: 0)
    consider(x: left, y: below, reluctance: 0.1)
    consider(x: right, y: above, reluctance: 0.15)
    consider(x: right, y: below, reluctance: 0.2)
    consider(x: left, y: box.y, reluctance: 0.1)
    consider(x: right, y: box.y, reluctance: 0.2)
    consider(x: left, y: box.bottom - height, reluctance: 0.2)
    consider(x: right, y: box.bottom - height, reluctance: 0.25)
    for step in 1...Self.furthestStep {
      let reluctance = 1 + 0.5 * Double(step)
      consider(x: left, y: above - step * height, reluctance: reluctance)
      consider(x: left, y: below + step * height, reluctance: reluctance)
      consider(x: left, y: box.y + step * height, reluctance: reluctance)
    }
    let covered = placed.reduce(0) { $0 + best.overlap(with: $1) }
    if 8 * covered > width * height { return nil }
    placed.append(best)
    return best
  }

  private static let furthestStep = 20

  /// How much a tag here would hide: other tags are worst, then small objects. Stops counting above `least`.
  private func hidden(by tag: PixelRectangle, least: Double) -> Double {
    let area = Double(max(1, tag.width * tag.height))
    var cost = 0.0
    for other in placed where cost < least { cost += 20 * Double(tag.overlap(with: other)) / area }
    for box in boxes where cost < least {
      let overlap = Double(tag.overlap(with: box))
      if overlap > 0 { cost += 0.15 * overlap / area + 2 * overlap / Double(max(1, box.width * box.height)) }
    }
    return cost
  }
}

/// A label with its place in the image.
struct LabelTag {
  var text: String
  var capHeight: Int
  var place: PixelRectangle
  /// The outline of the box that it belongs to.
  var box: PixelRectangle
  var color: RGBColor

  /// Rounded as the box is, but square where it would leave a notch at the box's own rounded corner.
  func shape(cornerRadius: Double) -> RoundedRectangle {
    var shape = RoundedRectangle(place, radius: min(cornerRadius, Double(place.height) / 4))
    let above = place.y < box.y && place.bottom >= box.y
    let below = place.bottom > box.bottom && place.y <= box.bottom
    if above && place.x == box.x { shape.radii[2] = 0 }
    if above && place.right == box.right { shape.radii[3] = 0 }
    if below && place.x == box.x { shape.radii[0] = 0 }
    if below && place.right == box.right { shape.radii[1] = 0 }
    return shape
  }
}
