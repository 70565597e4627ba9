/// Places label tags so that they stay in the image and do not cover one another where that can be avoided.
struct LabelLayout {
  let imageSize: ImageSize
  private(set) var placed: [PixelRectangle] = []

  init(imageSize: ImageSize) { self.imageSize = imageSize }

  /// The place for a tag of this size beside `box`; later tags will avoid it.
  ///
  /// Preferred, in this order: above the box at its left, inside at the top left, below, inside at the bottom left, the
  /// same at the right; then ever further up and down.
  mutating func place(width: Int, height: Int, beside box: PixelRectangle) -> PixelRectangle {
    let tops = [box.y - height, box.y, box.bottom, box.bottom - height]
    let lefts = [box.x, box.right - width]
    var best = PixelRectangle(x: lefts[0], y: tops[0], width: width, height: height).moved(into: imageSize)
    var leastOverlap = Int.max
    func consider(_ x: Int, _ y: Int) -> Bool {
      let candidate = PixelRectangle(x: x, y: y, width: width, height: height).moved(into: imageSize)
      let overlap = placed.reduce(0) { $0 + $1.overlap(with: candidate) }
      if overlap < leastOverlap {
        leastOverlap = overlap
        best = candidate
      }
      return overlap == 0
    }
    let found =
      lefts.contains { left in
        tops.contains { top in
          // Beside the box first where it needs no moving back into the image.
          top >= 0 && top + height <= imageSize.height && consider(left, top)
        }
      }
      || (1...max(1, imageSize.height / max(height, 1))).contains { step in
        consider(box.x, box.y - height - step * height) || consider(box.x, box.y + step * height)
      }
    if !found, leastOverlap == Int.max { _ = consider(lefts[0], tops[0]) }
    placed.append(best)
    return best
  }
}
