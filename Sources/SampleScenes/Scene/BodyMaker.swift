import DetectionUtilities
import Foundation

/// Chooses what an object is, how it lies and what it is made of.
enum BodyMaker {
  /// - Parameters:
  ///   - place: A point of the ground.
  ///   - size: About half of the longest side.
  static func body(at place: Vector3, size: Float, using generator: inout SeededGenerator) -> Body {
    let kind = SceneClass.allCases[generator.uniform(below: SceneClass.allCases.count)]
    let solid = Solid.make(kind, size: size, slenderness: generator.uniform())
    var frame = Frame(position: place)
    frame.position.y = -solid.lowestHeight
    switch kind {
    case .die: frame.roll(quarterTurns: generator.uniform(below: 6))
    case .ring where generator.chance(0.4):
      frame.lieDown()
      frame.position.y = solid.boundRadius
    case .cylinder, .bottle:
      if let radius = solid.lyingRadius, generator.chance(0.3) {
        frame.lieDown()
        frame.position.y = radius
      }
    default: break
    }
    frame.turn(by: Float(generator.uniform(0, 2 * .pi)))
    var body = Body(kind: kind, solid: solid, frame: frame, surface: surface(kind, size: size, using: &generator))
    if kind == .bottle, generator.chance(0.6) {
      body.accent = Surface(finish: .matte, color: Palette.color(using: &generator), secondColor: .zero)
      body.accentHeight = size * 0.84
    }
    return body
  }

  private static func surface(
    _ kind: SceneClass, size: Float, using generator: inout SeededGenerator
  ) -> Surface {
    let draw = generator.uniform()
    var finish: Surface.Finish = draw < 0.4 ? .matte : draw < 0.78 ? .glossy : .metal
    let color = Palette.color(using: &generator)
    var surface = Surface(finish: finish, color: color, secondColor: Palette.partner(of: color, using: &generator))
    surface.layer = Int32(generator.uniform(below: 1 << 20))
    let frequency = Float(generator.uniform(1.5, 4)) / size
    switch kind {
    case .die:
      if finish == .metal { finish = .glossy }
      surface.finish = finish
      surface.secondColor = color.luminance > 0.25 ? Vector3(0.02, 0.02, 0.03) : Vector3(0.85, 0.85, 0.82)
      surface.pattern = .pips(halfSide: size * 0.72)
    case .bottle, .mug:
      if generator.chance(0.5) {
        surface.pattern = .band(from: -size * 0.6, to: -size * Float(generator.uniform(-0.1, 0.2)))
      }
    default:
      guard finish != .metal, generator.chance(0.45) else { break }
      let patterns: [Pattern] = [
        .stripes(frequency: frequency), .checks(frequency: frequency), .clouds(frequency: frequency * 1.5),
        .wood(frequency: frequency), .speckles(frequency: frequency * 3),
      ]
      // Dots on a cube would make it look like a die.
      let count = kind == .cube ? 4 : 5
      surface.pattern = patterns[generator.uniform(below: count)]
    }
    return surface
  }
}

extension Frame {
  /// Turns about the vertical through the place.
  mutating func turn(by angle: Float) {
    let (c, s) = (cos(angle), sin(angle))
    func turned(_ v: Vector3) -> Vector3 { Vector3(c * v.x + s * v.z, v.y, c * v.z - s * v.x) }
    xAxis = turned(xAxis)
    yAxis = turned(yAxis)
    zAxis = turned(zAxis)
  }

  /// Lays the y axis flat.
  mutating func lieDown() {
    xAxis = Vector3(0, -1, 0)
    yAxis = Vector3(1, 0, 0)
    zAxis = Vector3(0, 0, 1)
  }

  /// Puts one of a cube's six sides on top.
  mutating func roll(quarterTurns: Int) {
    let x = Vector3(1, 0, 0)
    let y = Vector3(0, 1, 0)
    let z = Vector3(0, 0, 1)
    (xAxis, yAxis, zAxis) =
      switch quarterTurns {
      case 0: (x, y, z)
      case 1: (y, -x, z)
      case 2: (-x, -y, z)
      case 3: (-y, x, z)
      case 4: (x, z, -y)
      default: (x, -z, y)
      }
  }
}
