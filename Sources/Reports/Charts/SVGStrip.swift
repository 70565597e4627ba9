/// A flat picture as wide as the place where it stands: an interval, or parts one after the other, on a scale that it
/// shares with others of its kind.
struct SVGStrip {
  struct Part {
    var length: Double
    /// A class of the style sheet.
    var kind: String
    /// Without a style sheet.
    var color: String
    /// Shown where a pointer rests on it.
    var note: String
  }

  var scale: SVGScale
  var height = 22

  /// A place on the scale in per cent of the width; a little room is left on either side.
  func place(_ value: Double) -> String { HTMLText.length(3 + 94 * scale.position(value)) }

  private func svg(_ title: String, _ drawing: String) -> String {
    let words = HTMLText.escaped(title)
    return "<svg class=\"flat\" width=\"100%\" height=\"\(height)\" role=\"img\" aria-label=\"\(words)\">"
      + "<title>\(words)</title>\(drawing)</svg>"
  }

  /// A dot with its interval.
  func interval(
    _ value: Double, _ interval: (lower: Double, upper: Double)?, kind: String, note: String
  ) -> String {
    let middle = height / 2
    let paint = "class=\"line \(kind)\" stroke=\"\(SVGPalette.color(kind))\" stroke-width=\"2\""
    var drawing = ""
    if let interval {
      let (lower, upper) = (place(interval.lower), place(interval.upper))
      drawing += "<line \(paint) x1=\"\(lower)%\" y1=\"\(middle)\" x2=\"\(upper)%\" y2=\"\(middle)\"/>"
      for end in [lower, upper] {
        drawing += "<line \(paint) x1=\"\(end)%\" y1=\"\(middle - 4)\" x2=\"\(end)%\" y2=\"\(middle + 4)\"/>"
      }
    }
    drawing += "<circle class=\"fill \(kind)\" fill=\"\(SVGPalette.color(kind))\" cx=\"\(place(value))%\" "
    drawing += "cy=\"\(middle)\" r=\"4.5\"/>"
    return svg(note, drawing)
  }

  /// Rectangles one after the other from the left edge on; what has no length is left out.
  func parts(_ parts: [Part], note: String) -> String {
    var end = 0.0
    var drawing = ""
    for part in parts where part.length > 0 {
      let (start, width) = (100 * end / scale.upper, 100 * part.length / scale.upper)
      drawing += "<rect class=\"fill \(part.kind)\" fill=\"\(part.color)\" x=\"\(HTMLText.fixed(start, 2))%\" y=\"0\" "
      drawing += "width=\"\(HTMLText.fixed(width, 2))%\" height=\"\(height)\">"
      drawing += "<title>\(HTMLText.escaped(part.note))</title></rect>"
      end += part.length
    }
    return svg(note, drawing)
  }

  /// The scale's figures, to stand below.
  func axis() -> String {
    let texts = scale.ticks.map { tick in
      "<text x=\"\(place(tick.value))%\" y=\"12\" text-anchor=\"middle\">\(tick.label)</text>"
    }
    return
      "<svg class=\"flat\" width=\"100%\" height=\"16\" font-size=\"11\" aria-hidden=\"true\">\(texts.joined())</svg>"
  }
}
