extension SVGChart {
  enum Marker: Sendable {
    case circle, square
  }

  /// A point in the picture with its interval up and down.
  ///
  /// - Parameter note: shown where a pointer rests on it.
  mutating func addPoint(
    _ pointX: Double, _ pointY: Double, interval: (lower: Double, upper: Double)?, marker: Marker, kind: String,
    note: String
  ) {
    let center = point(pointX, pointY)
    taken.append(SVGLabels.Box(left: center.x - 6, top: center.y - 6, right: center.x + 6, bottom: center.y + 6))
    drawing += "<g><title>\(HTMLText.escaped(note))</title>"
    addInterval(interval, atPictureX: center.x, kind: kind)
    let paint = "class=\"fill \(kind) point\" fill=\"\(SVGPalette.color(kind))\""
    switch marker {
    case .circle:
      drawing += "<circle \(paint) cx=\"\(HTMLText.length(center.x))\" cy=\"\(HTMLText.length(center.y))\" r=\"5\"/>"
    case .square:
      drawing += "<rect \(paint) x=\"\(HTMLText.length(center.x - 4.5))\" y=\"\(HTMLText.length(center.y - 4.5))\" "
      drawing += "width=\"9\" height=\"9\"/>"
    }
    drawing += "</g>"
  }

  /// An open dot.
  mutating func addRing(_ pointX: Double, _ pointY: Double) {
    let center = point(pointX, pointY)
    drawing += "<circle class=\"ring\" fill=\"#fff\" stroke=\"#1b1f24\" stroke-width=\"1.4\" "
    drawing += "cx=\"\(HTMLText.length(center.x))\" cy=\"\(HTMLText.length(center.y))\" r=\"3\"/>"
  }

  /// A line across the picture for what has no place on the lower axis, with its interval near the right end.
  mutating func addLevel(
    _ value: Double, interval: (lower: Double, upper: Double)?, inset: Double, kind: String, note: String
  ) {
    let middle = point(xScale.lower, value).y
    let level = HTMLText.length(middle)
    taken.append(SVGLabels.Box(left: left, top: middle - 1, right: left + plotWidth, bottom: middle + 1))
    drawing += "<g><title>\(HTMLText.escaped(note))</title>"
    drawing += "<path class=\"line \(kind)\" fill=\"none\" stroke=\"\(SVGPalette.color(kind))\" stroke-width=\"1.5\" "
    drawing +=
      "stroke-dasharray=\"2 4\" d=\"M\(HTMLText.length(left)) \(level)H\(HTMLText.length(left + plotWidth))\"/>"
    addInterval(interval, atPictureX: left + plotWidth - inset, kind: kind)
    drawing += "</g>"
  }

  private mutating func addInterval(
    _ interval: (lower: Double, upper: Double)?, atPictureX pictureX: Double, kind: String
  ) {
    guard let interval else { return }
    let (low, high) = (point(xScale.lower, interval.lower).y, point(xScale.lower, interval.upper).y)
    taken.append(SVGLabels.Box(left: pictureX - 4, top: high - 1, right: pictureX + 4, bottom: low + 1))
    let (before, after) = (HTMLText.length(pictureX - 4), HTMLText.length(pictureX + 4))
    drawing +=
      "<path class=\"line \(kind) thin\" fill=\"none\" stroke=\"\(SVGPalette.color(kind))\" stroke-width=\"1.2\" "
    drawing += "d=\"M\(before) \(HTMLText.length(low))H\(after)M\(before) \(HTMLText.length(high))H\(after)"
    drawing += "M\(HTMLText.length(pictureX)) \(HTMLText.length(low))V\(HTMLText.length(high))\"/>"
  }

  /// A thin line through points.
  mutating func addThread(_ points: [(x: Double, y: Double)]) {
    let list = points.map { point($0.x, $0.y) }.map { "\(HTMLText.length($0.x)),\(HTMLText.length($0.y))" }
    drawing += "<polyline class=\"thread\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"0.8\" "
    drawing += "points=\"\(list.joined(separator: " "))\"/>"
  }

  /// Up from the lower axis, right and up from point to point, and on to the right edge: what is below and to the right of
  /// the line is beaten by a point on it.
  ///
  /// - Parameter points: from left to right, rising.
  mutating func addSteps(_ points: [(x: Double, y: Double)]) {
    guard let first = points.first else { return }
    let start = point(first.x, yScale.lower)
    var path = "M\(HTMLText.length(start.x)) \(HTMLText.length(start.y))"
    for (index, step) in points.enumerated() {
      let corner = point(step.x, step.y)
      let end = index + 1 < points.count ? point(points[index + 1].x, step.y).x : left + plotWidth
      taken.append(SVGLabels.Box(left: corner.x, top: corner.y - 1, right: end, bottom: corner.y + 1))
      path += "H\(HTMLText.length(corner.x))V\(HTMLText.length(corner.y))"
    }
    drawing += "<path class=\"steps\" fill=\"none\" stroke=\"#1b1f24\" stroke-width=\"1.2\" "
    drawing += "d=\"\(path)H\(HTMLText.length(left + plotWidth))\"/>"
  }

  /// Writes beside a place in the picture where `labels` finds room, with a line to it where that is not next to it.
  mutating func addLabel(_ text: String, at place: (x: Double, y: Double), kind: String, among labels: inout SVGLabels)
  {
    let spot = labels.place(width: SVGLabels.width(text), beside: place)
    if let end = spot.leader {
      drawing += "<path class=\"thread\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"0.8\" "
      drawing += "d=\"M\(HTMLText.length(place.x)) \(HTMLText.length(place.y))"
      drawing += "L\(HTMLText.length(end.x)) \(HTMLText.length(end.y))\"/>"
    }
    drawing += "<text class=\"label \(kind)\" fill=\"\(SVGPalette.color(kind))\" x=\"\(HTMLText.length(spot.x))\" "
    drawing += "y=\"\(HTMLText.length(spot.y + 4))\">\(HTMLText.escaped(text))</text>"
  }
}

/// Precision at recall 0, 0.01, …, 1 on its way into a picture.
enum PrecisionCurve {
  /// As points, without those on a straight line between their neighbours.
  static func points(_ precision: [Double]) -> [(x: Double, y: Double)] {
    precision.indices.filter { index in
      let isInside = index > 0 && index + 1 < precision.count
      return !isInside || precision[index - 1] != precision[index] || precision[index + 1] != precision[index]
    }.map { (Double($0) / Double(max(1, precision.count - 1)), precision[$0]) }
  }

  /// Of the same recalls; empty without any.
  static func mean(_ curves: [[Double]]) -> [Double] {
    guard let first = curves.first else { return [] }
    return first.indices.map { index in curves.reduce(0) { $0 + $1[index] } / Double(curves.count) }
  }
}
