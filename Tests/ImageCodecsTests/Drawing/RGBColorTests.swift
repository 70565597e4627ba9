import Foundation
import ImageCodecs
import Testing

struct RGBColorTests {
  @Test func twentyColorsAndAnyIndex() {
    #expect(Set((0..<20).map { RGBColor.ofClass($0) }).count == 20)
    #expect(RGBColor.ofClass(20) == .ofClass(0))
    #expect(RGBColor.ofClass(-1) == .ofClass(19))
    _ = RGBColor.ofClass(.min)
    #expect(RGBColor.white.contrasting == .black && RGBColor.black.contrasting == .white)
  }

  /// Linear red, green and blue as dichromats see them: Viénot, Brettel and Mollon 1999, for sRGB.
  static let sights: [(name: String, matrix: [[Double]])] = [
    ("all cones", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ("protanopia", [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    ("deuteranopia", [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
  ]

  private static func linear(_ color: RGBColor) -> [Double] {
    [color.red, color.green, color.blue].map { value in
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// Ottosson's Oklab (2020), in which equal distances look about equally different.
  private static func oklab(_ linear: [Double]) -> [Double] {
    let cones = product(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], linear)
    return product(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { cbrt(max(0, $0)) })
  }

  @Test(arguments: sights.map(\.name))
  func theFirstColorsDifferForEveryone(sight: String) throws {
    let matrix = try #require(Self.sights.first { $0.name == sight }).matrix
    let places = (0..<8).map { index in
      Self.oklab(Self.product(matrix, Self.linear(.ofClass(index))).map { max(0, min(1, $0)) })
    }
    for one in 0..<8 {
      for other in 0..<one {
        let distance = sqrt(zip(places[one], places[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        // A just noticeable difference is about 0.02.
        #expect(distance > 0.12, "\(one) and \(other)")
      }
    }
  }

  @Test(arguments: 0..<20)
  func textOnATagIsReadable(index: Int) {
    func luminance(_ color: RGBColor) -> Double {
      Self.product([[0.2126, 0.7152, 0.0722]], Self.linear(color))[0]
    }
    let pair = [RGBColor.ofClass(index), RGBColor.ofClass(index).contrasting].map(luminance).sorted()
    // The contrast that the Web Content Accessibility Guidelines ask for.
    #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5)
  }
}
