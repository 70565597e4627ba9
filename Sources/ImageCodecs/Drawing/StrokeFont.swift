#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A font drawn with a round pen, for ASCII 32 to 126; any other character shows as a box.
///
/// Lengths are in units of its grid, y upwards from the baseline: capitals are 7 high, small letters 5, descenders
/// reach to -2.
package enum StrokeFont {
  static let capHeight = 7.0
  static let descent = 2.0
  /// Diameter of the pen: strokes stand out by half of it on every side.
  static let penWidth = 1.0

  /// A stretch of a stroke, from one point to another; both are the same for a dot.
  struct Segment: Hashable {
    var x1: Double
    var y1: Double
    var x2: Double
    var y2: Double
  }

  struct Glyph {
    /// From x = 0 to ``width``.
    var segments: [Segment]
    var width: Double
    /// Space kept free on the left and right.
    var bearings: (left: Double, right: Double)
  }

  /// The glyphs of a line of text with the x at which each begins, and the width of the whole with its pen.
  static func line(_ text: String) -> (glyphs: [(x: Double, glyph: Glyph)], width: Double) {
    var placed: [(x: Double, glyph: Glyph)] = []
    var end = penWidth / 2
    var previous: Character?
    for character in text {
      let glyph = glyph(of: character)
      var x = end
      if let previous, let last = placed.last {
        x += last.glyph.bearings.right + glyph.bearings.left + kerning(previous, character)
      }
      placed.append((x, glyph))
      end = x + glyph.width
      previous = character
    }
    return (placed, placed.isEmpty ? 0 : end + penWidth / 2)
  }

  /// Width in pixels of a line of text whose capitals are `capHeight` pixels high, pen included.
  package static func width(of text: String, capHeight: Double) -> Double {
    line(text).width * scale(capHeight: capHeight)
  }

  /// Pixels per unit where capitals are `capHeight` pixels high, pen included.
  static func scale(capHeight: Double) -> Double { capHeight / (Self.capHeight + penWidth) }

  static func glyph(of character: Character) -> Glyph {
    guard let code = character.asciiValue, (32...126).contains(code) else { return glyphs[glyphs.count - 1] }
    return glyphs[Int(code) - 32]
  }

  /// By how much a pair stands closer than its bearings say, as a negative number.
  private static func kerning(_ left: Character, _ right: Character) -> Double {
    kernings.first { $0.left.contains(left) && $0.right.contains(right) }?.amount ?? 0
  }

  private static let glyphs = drawings.map(Glyph.init(drawing:))
}

extension StrokeFont.Glyph {
  /// Reads a drawing: a letter for the space on each side, then strokes between `|`.
  ///
  /// A stroke is a list of points `x,y` and arcs `x,y,radius,from,to` or `x,y,radiusX,radiusY,from,to` in degrees,
  /// joined by straight lines in the order given.
  init(drawing: String) {
    let words = drawing.split(separator: " ")
    let sides = Array(words[0])
    var segments: [StrokeFont.Segment] = []
    for stroke in words.dropFirst().split(separator: "|") {
      let points = stroke.flatMap { Self.points(of: $0.split(separator: ",").compactMap { Double($0) }) }
      let next = points.count > 1 ? points[1...] : points[...]
      segments += zip(points, next).map { StrokeFont.Segment(x1: $0.x, y1: $0.y, x2: $1.x, y2: $1.y) }
    }
    let left = segments.map { min($0.x1, $0.x2) }.min() ?? 0
    let right = segments.map { max($0.x1, $0.x2) }.max() ?? 0
    self.segments = segments.map {
      StrokeFont.Segment(x1: $0.x1 - left, y1: $0.y1, x2: $0.x2 - left, y2: $0.y2)
    }
    width = right - left
    bearings = (Self.bearing(sides[0]), Self.bearing(sides[1]))
  }

  private static func points(of numbers: [Double]) -> [(x: Double, y: Double)] {
    if numbers.count == 2 { return [(numbers[0], numbers[1])] }
    precondition(numbers.count == 5 || numbers.count == 6, "\(numbers) is neither a point nor an arc")
    let (from, to) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
    let (radiusX, radiusY) = (numbers[2], numbers[numbers.count - 3])
    // Steps of 10° differ from the arc by less than a tenth of a pixel at the largest text.
    let steps = max(1, Int((abs(to - from) / 10).rounded(.up)))
    return (0...steps).map { step in
      let angle = (from + (to - from) * Double(step) / Double(steps)) * .pi / 180
      return (numbers[0] + radiusX * cos(angle), numbers[1] + radiusY * sin(angle))
    }
  }

  /// Half the space between two letters: stems need most, slanting strokes least.
  private static func bearing(_ side: Character) -> Double {
    switch side {
    case "s": 1.15
    case "r": 0.95
    case "o": 0.75
    case "w": 1.3
    default: 0.55
    }
  }
}
