import Foundation

/// Finds room for writing beside points, so that no label hides another one or a point.
struct SVGLabels {
  struct Box {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    func overlap(_ other: Box) -> Double {
      max(0, min(right, other.right) - max(left, other.left)) * max(0, min(bottom, other.bottom) - max(top, other.top))
    }
  }

  /// Where a text begins and the middle of its height; `leader` is where a line from the point ends.
  struct Spot {
    var x: Double
    var y: Double
    var leader: (x: Double, y: Double)?
  }

  static let height = 14.0
  private let bounds: Box
  private var taken: [Box]

  /// - Parameter taken: what no label may hide.
  init(within bounds: Box, taken: [Box]) {
    self.bounds = bounds
    self.taken = taken
  }

  /// Pixels of a text in half-bold letters of 11 pixels, about; letters of East Asia are wider.
  static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(2) { $0 + ($1.value >= 0x2E80 ? 11.5 : 6.6) }
  }

  /// The nearest free place: right, left, above, below, and then around in growing circles. Where there is none, the one
  /// that hides least.
  mutating func place(width: Double, beside point: (x: Double, y: Double)) -> Spot {
    var best: (hidden: Double, spot: Spot, box: Box)?
    for distance in [9.0, 16, 26, 38, 52, 68, 86, 106, 130] {
      for angle in [0.0, 180, 270, 90, 315, 225, 45, 135] {
        let (dx, dy) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
        let end = (x: point.x + distance * dx, y: point.y + distance * dy)
        let left = abs(dx) < 0.1 ? end.x - width / 2 : dx > 0 ? end.x : end.x - width
        let middle = abs(dx) < 0.1 ? end.y + dy * Self.height / 2 : end.y
        let box = Box(left: left, top: middle - Self.height / 2, right: left + width, bottom: middle + Self.height / 2)
        let outside = width * Self.height - box.overlap(bounds)
        let hidden = taken.reduce(4 * outside) { $0 + $1.overlap(box) }
        let spot = Spot(x: left, y: middle, leader: distance > 16 ? end : nil)
        if hidden < best?.hidden ?? .infinity { best = (hidden, spot, box) }
        if hidden < 0.5 { break }
      }
      if best.map({ $0.hidden < 0.5 }) == true { break }
    }
    guard let best else { preconditionFailure("a label has no candidate") }
    taken.append(best.box)
    return best.spot
  }
}
