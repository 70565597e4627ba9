/// A picture of curves, bars and points over two axes.
struct SVGChart {
  /// Pixels at the size in which letters are meant to be read.
  let width: Double
  let height: Double
  let xLabel: String
  let yLabel: String
  let xScale: SVGScale
  let yScale: SVGScale
  var drawing = ""
  /// What no label may hide.
  var taken: [SVGLabels.Box] = []

  init(
    width: Double = 380, height: Double = 270, xLabel: String = "", yLabel: String = "", xScale: SVGScale = .unit,
    yScale: SVGScale = .unit
  ) {
    self.width = width
    self.height = height
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xScale = xScale
    self.yScale = yScale
  }

  var left: Double { yLabel.isEmpty ? 28 : 46 }
  private var bottom: Double { xLabel.isEmpty ? 20 : 40 }
  let top = 10.0
  var plotWidth: Double { width - left - 12 }
  var plotHeight: Double { height - bottom - top }

  /// Where a value stands in the picture.
  func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (left + plotWidth * xScale.position(x), top + plotHeight * (1 - yScale.position(y)))
  }

  private func x(_ value: Double) -> String { HTMLText.length(point(value, yScale.lower).x) }
  private func y(_ value: Double) -> String { HTMLText.length(point(xScale.lower, value).y) }

  static let markStroke = "fill=\"none\" stroke=\"#1b1f24\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\""

  /// - Parameters:
  ///   - kind: a class of the style sheet: `a`, `b` and so on.
  ///   - dash: of the line, as SVG writes it; empty for an unbroken one.
  mutating func addLine(_ points: [(x: Double, y: Double)], kind: String, dash: String = "") {
    let list = points.map { "\(x($0.x)),\(y($0.y))" }.joined(separator: " ")
    let dashes = dash.isEmpty ? "" : "stroke-dasharray=\"\(dash)\" "
    drawing += "<polyline class=\"line \(kind)\" fill=\"none\" stroke=\"\(SVGPalette.color(kind))\" stroke-width=\"2\" "
    drawing += "\(dashes)points=\"\(list)\"/>"
  }

  /// A bar from the lower axis.
  mutating func addBar(from lower: Double, to upper: Double, height: Double, kind: String) {
    let barWidth = HTMLText.length(point(upper, 0).x - point(lower, 0).x - 1)
    let barHeight = HTMLText.length(point(0, 0).y - point(0, height).y)
    drawing += "<rect class=\"fill \(kind)\" fill=\"\(SVGPalette.color(kind))\" x=\"\(x(lower))\" y=\"\(y(height))\" "
    drawing += "width=\"\(barWidth)\" height=\"\(barHeight)\"/>"
  }

  mutating func addDot(_ pointX: Double, _ pointY: Double, kind: String) {
    drawing += "<circle class=\"fill \(kind)\" fill=\"\(SVGPalette.color(kind))\" "
    drawing += "cx=\"\(x(pointX))\" cy=\"\(y(pointY))\" r=\"4\"/>"
  }

  /// A dashed line up from the lower axis with a note at its head, on the side that has room.
  mutating func addMark(_ value: Double, note: String) {
    let isLeft = xScale.position(value) > 0.55
    let foot = point(value, yScale.lower)
    let noteX = HTMLText.length(foot.x + (isLeft ? -6 : 6))
    let anchor = isLeft ? "end" : "start"
    drawing += "<path class=\"mark\" \(Self.markStroke) d=\"M\(x(value)) \(y(yScale.lower))V\(y(yScale.upper))\"/>"
    drawing += "<text class=\"note\" x=\"\(noteX)\" y=\"\(HTMLText.length(foot.y - 8))\" text-anchor=\"\(anchor)\">"
    drawing += "\(HTMLText.escaped(note))</text>"
  }

  mutating func addDiagonal() {
    let (from, to) = ((xScale.lower, yScale.lower), (xScale.upper, yScale.upper))
    drawing += "<path class=\"mark\" \(Self.markStroke) d=\"M\(x(from.0)) \(y(from.1))L\(x(to.0)) \(y(to.1))\"/>"
  }

  /// - Parameters:
  ///   - title: what the picture shows.
  ///   - details: what it says, for those who cannot see it.
  func svg(_ title: String, details: String = "") -> String {
    let size = "\(HTMLText.length(width)) \(HTMLText.length(height))"
    let words = HTMLText.escaped(title)
    let description = details.isEmpty ? "" : "<desc>\(HTMLText.escaped(details))</desc>"
    return "<svg viewBox=\"0 0 \(size)\" width=\"\(Int(width))\" height=\"\(Int(height))\" role=\"img\" "
      + "font-size=\"11\" aria-label=\"\(words)\"><title>\(words)</title>\(description)\(axes)\(drawing)</svg>"
  }

  private var axes: String {
    let grid = "<path class=\"grid\" stroke=\"#d0d7de\" stroke-width=\"0.6\" d="
    var text = ""
    for tick in xScale.ticks {
      text += "\(grid)\"M\(x(tick.value)) \(y(yScale.lower))V\(y(yScale.upper))\"/>"
      text += "<text x=\"\(x(tick.value))\" y=\"\(HTMLText.length(top + plotHeight + 14))\" text-anchor=\"middle\">"
      text += "\(tick.label)</text>"
    }
    for tick in yScale.ticks {
      let beside = HTMLText.length(point(xScale.lower, tick.value).y + 4)
      text += "\(grid)\"M\(x(xScale.lower)) \(y(tick.value))H\(x(xScale.upper))\"/>"
      text += "<text x=\"\(HTMLText.length(left - 5))\" y=\"\(beside)\" text-anchor=\"end\">\(tick.label)</text>"
    }
    if !xLabel.isEmpty {
      text += "<text x=\"\(HTMLText.length(left + plotWidth / 2))\" y=\"\(HTMLText.length(height - 6))\" "
      text += "text-anchor=\"middle\">\(HTMLText.escaped(xLabel))</text>"
    }
    if !yLabel.isEmpty {
      text += "<text transform=\"translate(12 \(HTMLText.length(top + plotHeight / 2))) rotate(-90)\" "
      text += "text-anchor=\"middle\">\(HTMLText.escaped(yLabel))</text>"
    }
    return text
  }
}
