/// Where one body alone would be seen, inside the picture and beyond its borders, and how far away it is there.
struct Silhouette: Sendable {
  /// Of the upper left cell, in cells from the picture's corner.
  var x: Int
  var y: Int
  var width: Int
  var height: Int
  /// Row by row; infinity where the body is not.
  var distances: [Float]
  /// Cells with the body in them.
  var cellCount: Int

  /// Looks at the middle of each cell of `step` × `step` pixels, without the lens's blur.
  init(of body: Body, seenBy camera: Camera, step: Int) {
    let (rect, cells) = (Self.bounds(of: body, camera, step: step), Float(step))
    (x, y, width, height) = rect
    distances = [Float](repeating: .infinity, count: width * height)
    cellCount = 0
    for row in 0..<height {
      for column in 0..<width {
        let ray = camera.ray(x: (Float(x + column) + 0.5) * cells, y: (Float(y + row) + 0.5) * cells)
        let distance = body.hit(ray, after: 1e-4).distance
        if distance < .infinity {
          distances[row * width + column] = distance
          cellCount += 1
        }
      }
    }
  }

  /// A rectangle around the enclosing sphere's image, at most one picture beyond each border.
  private static func bounds(
    of body: Body, _ camera: Camera, step: Int
  ) -> (x: Int, y: Int, width: Int, height: Int) {
    guard let middle = camera.projected(body.center) else { return (0, 0, 0, 0) }
    // A sphere off the axis appears stretched; the margin covers that.
    let nearest = max(0.1, middle.depth - body.radius)
    let reach = body.radius * camera.pixelsPerUnit(atDepth: nearest) * 1.15 + 2 * Float(step)
    func cells(_ from: Float, _ to: Float, limit: Float) -> (Int, Int) {
      let low = Int((max(-limit, from) / Float(step)).rounded(.down))
      let high = Int((min(2 * limit, to) / Float(step)).rounded(.up))
      return (low, max(low, high))
    }
    let (left, right) = cells(middle.x - reach, middle.x + reach, limit: camera.width)
    let (top, bottom) = cells(middle.y - reach, middle.y + reach, limit: camera.height)
    return (left, top, right - left, bottom - top)
  }
}
