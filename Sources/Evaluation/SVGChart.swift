/// A picture of curves and bars over two axes from 0 to 1.
struct SVGChart {
  /// Pixels at the size in which letters are meant to be read.
  var width = 380.0
  var height = 270.0
  var xLabel = ""
  var yLabel = ""
  var ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
  private var drawing = ""

  init(width: Double = 380, height: Double = 270, xLabel: String = "", yLabel: String = "") {
    self.width = width
    self.height = height
    self.xLabel = xLabel
    self.yLabel = yLabel
  }

  private var left: Double { yLabel.isEmpty ? 28 : 46 }
  private var bottom: Double { xLabel.isEmpty ? 20 : 40 }
  private var plotWidth: Double { width - left - 12 }
  private var plotHeight: Double { height - bottom - 10 }

  private func x(_ value: Double) -> String { HTMLText.length(left + plotWidth * value) }
  private func y(_ value: Double) -> String { HTMLText.length(10 + plotHeight * (1 - value)) }

  /// The style sheet's colours on paper, for readers that do not apply a page's style to its pictures.
  private static func color(_ kind: String) -> String {
    switch kind {
    case "a": "#2563eb"
    case "b": "#c2410c"
    default: "#15803d"
    }
  }

  private static let markStroke = "fill=\"none\" stroke=\"#1b1f24\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\""

  /// - Parameter kind: a class of the style sheet: `a`, `b` and so on.
  mutating func addLine(_ points: [(x: Double, y: Double)], kind: String) {
    let list = points.map { "\(x($0.x)),\(y($0.y))" }.joined(separator: " ")
    drawing += "<polyline class=\"line \(kind)\" fill=\"none\" stroke=\"\(Self.color(kind))\" stroke-width=\"2\" "
    drawing += "points=\"\(list)\"/>"
  }

  /// A bar from the lower axis.
  mutating func addBar(from lower: Double, to upper: Double, height: Double, kind: String) {
    let barWidth = HTMLText.length(plotWidth * (upper - lower) - 1)
    let barHeight = HTMLText.length(plotHeight * height)
    drawing += "<rect class=\"fill \(kind)\" fill=\"\(Self.color(kind))\" x=\"\(x(lower))\" y=\"\(y(height))\" "
    drawing += "width=\"\(barWidth)\" height=\"\(barHeight)\"/>"
  }

  mutating func addDot(_ pointX: Double, _ pointY: Double, kind: String) {
    drawing += "<circle class=\"fill \(kind)\" fill=\"\(Self.color(kind))\" "
    drawing += "cx=\"\(x(pointX))\" cy=\"\(y(pointY))\" r=\"4\"/>"
  }

  /// A dashed line up from the lower axis with a note at its head, on the side that has room.
  mutating func addMark(_ value: Double, note: String) {
    let isLeft = value > 0.55
    let noteX = HTMLText.length(left + plotWidth * value + (isLeft ? -6 : 6))
    let noteY = HTMLText.length(10 + plotHeight - 8)
    let anchor = isLeft ? "end" : "start"
    drawing += "<path class=\"mark\" \(Self.markStroke) d=\"M\(x(value)) \(y(0))V\(y(1))\"/>"
    drawing += "<text class=\"note\" x=\"\(noteX)\" y=\"\(noteY)\" text-anchor=\"\(anchor)\">"
    drawing += "\(HTMLText.escaped(note))</text>"
  }

  mutating func addDiagonal() {
    drawing += "<path class=\"mark\" \(Self.markStroke) d=\"M\(x(0)) \(y(0))L\(x(1)) \(y(1))\"/>"
  }

  /// - Parameter description: what a screen reader says.
  func svg(_ description: String) -> String {
    var axes = ""
    for tick in ticks {
      let label = tick == 0 ? "0" : tick == 1 ? "1" : "\(tick)"
      axes += "<path class=\"grid\" stroke=\"#d0d7de\" stroke-width=\"0.6\" "
      axes += "d=\"M\(x(tick)) \(y(0))V\(y(1))M\(x(0)) \(y(tick))H\(x(1))\"/>"
      let below = HTMLText.length(10 + plotHeight + 14)
      let beside = HTMLText.length(14 + plotHeight * (1 - tick))
      axes += "<text x=\"\(x(tick))\" y=\"\(below)\" text-anchor=\"middle\">\(label)</text>"
      axes += "<text x=\"\(HTMLText.length(left - 5))\" y=\"\(beside)\" text-anchor=\"end\">\(label)</text>"
    }
    if !xLabel.isEmpty {
      axes += "<text x=\"\(x(0.5))\" y=\"\(HTMLText.length(height - 6))\" text-anchor=\"middle\">"
      axes += "\(HTMLText.escaped(xLabel))</text>"
    }
    if !yLabel.isEmpty {
      axes += "<text transform=\"translate(12 \(y(0.5))) rotate(-90)\" text-anchor=\"middle\">"
      axes += "\(HTMLText.escaped(yLabel))</text>"
    }
    let size = "\(HTMLText.length(width)) \(HTMLText.length(height))"
    return "<svg viewBox=\"0 0 \(size)\" width=\"\(Int(width))\" height=\"\(Int(height))\" role=\"img\" "
      + "font-size=\"11\" aria-label=\"\(HTMLText.escaped(description))\">\(axes)\(drawing)</svg>"
  }
}
