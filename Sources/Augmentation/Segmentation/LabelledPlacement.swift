import DetectionUtilities
import ImageCodecs

/// Where an image and its labels, which may have other numbers of pixels, lie on the network's input.
struct LabelledPlacement {
  /// The placed image's rectangle, in pixels of the input.
  var x: Double
  var y: Double
  var width: Double
  var height: Double
  var mirrorsX: Bool
  var mirrorsY: Bool
  /// Whether the input's x runs along the image's y. Happens before the mirrorings.
  var isTransposed: Bool

  /// The places of the input's pixels in a source with so many pixels.
  func map(to source: ImageSize) -> AffineMap {
    let (extentX, extentY) = (
      Double(isTransposed ? source.height : source.width), Double(isTransposed ? source.width : source.height)
    )
    let (scaleX, scaleY) = (extentX / width, extentY / height)
    // Along the input's x and y.
    let alongX = (mirrorsX ? -scaleX : scaleX, mirrorsX ? extentX + x * scaleX : -x * scaleX)
    let alongY = (mirrorsY ? -scaleY : scaleY, mirrorsY ? extentY + y * scaleY : -y * scaleY)
    var map = AffineMap(center: (0, 0))
    if isTransposed {
      (map.xx, map.xy, map.x0) = (0, alongY.0, alongY.1)
      (map.yx, map.yy, map.y0) = (alongX.0, 0, alongX.1)
    } else {
      (map.xx, map.xy, map.x0) = (alongX.0, 0, alongX.1)
      (map.yx, map.yy, map.y0) = (0, alongY.0, alongY.1)
    }
    return map
  }

  /// Crops elsewhere, so that a pixel of a source falls on a place of the input that is drawn, as nearly as the crop can stay within
  /// the image. Along an axis on which nothing is cropped all stays as it is.
  ///
  /// - Parameter margin: pixels at every side of the input in which it is not to be.
  mutating func move(
    pixelAt pixel: (x: Int, y: Int), of source: ImageSize, into input: ImageSize, margin: Int,
    using generator: inout SeededGenerator
  ) {
    let now = map(to: source).inverse(x: Double(pixel.x) + 0.5, y: Double(pixel.y) + 0.5)
    func start(_ start: Double, _ extent: Double, _ now: Double, _ input: Int) -> Double {
      let (first, last) = (Double(margin), Double(input - margin))
      let wanted = start + generator.uniform(first, last) - now
      return extent > last - first ? max(last - extent, min(first, wanted)) : start
    }
    x = start(x, width, now.x, input.width)
    y = start(y, height, now.y, input.height)
  }
}

extension LabelMap {
  /// A pixel of a class, both drawn: each class that there is as likely as another, and each of its pixels. Nil where nothing is
  /// labelled.
  func pixelOfDrawnClass(using generator: inout SeededGenerator) -> (x: Int, y: Int)? {
    let counts = counts
    let present = counts.indices.filter { counts[$0] > 0 && $0 != Int(LabelMap.ignored) }
    guard !present.isEmpty else { return nil }
    let drawn = present[generator.uniform(below: present.count)]
    var left = generator.uniform(below: counts[drawn])
    for (place, index) in indices.enumerated() where index == UInt8(drawn) {
      if left == 0 { return (place % width, place / width) }
      left -= 1
    }
    return nil
  }
}

extension LabelMap {
  /// The map as an affine map shows it: every pixel has the label of the one that its middle falls on, and is ignored beyond
  /// the edge.
  func warped(by map: AffineMap, size target: ImageSize) -> LabelMap {
    if map.isIdentity && target == size { return self }
    var result = LabelMap(size: target)
    let source = indices.span
    for row in 0..<target.height {
      let y = Double(row) + 0.5
      for column in 0..<target.width {
        let x = Double(column) + 0.5
        let (left, top) = (map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0)
        guard left >= 0, top >= 0, left < Double(width), top < Double(height) else { continue }
        result.indices[row * target.width + column] = source[Int(top) * width + Int(left)]
      }
    }
    return result
  }
}
