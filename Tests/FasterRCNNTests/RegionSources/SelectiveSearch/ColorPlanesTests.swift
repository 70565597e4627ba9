import FasterRCNN
import ImageCodecs
import Testing

struct ColorPlanesTests {
  private func pixel(_ color: (red: UInt8, green: UInt8, blue: UInt8), in space: ColorSpace) -> [Float] {
    let image = RGBImage(size: ImageSize(width: 1, height: 1), color: color)
    return ColorPlanes(image).converted(to: space).planes.map { $0[0] }
  }

  private func expectNear(_ found: [Float], _ expected: [Float], within tolerance: Float) {
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) <= tolerance) }
  }

  @Test func hsv() {
    #expect(pixel((255, 0, 0), in: .hsv) == [0, 255, 255])
    #expect(pixel((0, 255, 0), in: .hsv) == [85, 255, 255])
    #expect(pixel((0, 0, 255), in: .hsv) == [170, 255, 255])
    #expect(pixel((77, 77, 77), in: .hsv) == [0, 0, 77])
    // Just below a full turn: 5.5 of 6 sextants; half saturated.
    expectNear(pixel((200, 100, 150), in: .hsv), [5.5 * 42.5, 127.5, 200], within: 1e-3)
  }

  /// L*a*b* of the sRGB primaries under D65: red 53.24, 80.09, 67.20; green 87.73, -86.18, 83.18;
  /// blue 32.30, 79.19, -107.86.
  @Test func lab() {
    expectNear(pixel((255, 0, 0), in: .lab), [53.24 * 2.55, 128 + 80.09, 128 + 67.20], within: 0.05)
    expectNear(pixel((0, 255, 0), in: .lab), [87.73 * 2.55, 128 - 86.18, 128 + 83.18], within: 0.05)
    expectNear(pixel((0, 0, 255), in: .lab), [32.30 * 2.55, 128 + 79.19, 128 - 107.86], within: 0.05)
    expectNear(pixel((255, 255, 255), in: .lab), [255, 128, 128], within: 0.05)
    expectNear(pixel((0, 0, 0), in: .lab), [0, 128, 128], within: 1e-4)
  }

  @Test func smoothingKeepsFlatPlanesAndTheMean() {
    let flat = ColorPlanes(RGBImage(size: ImageSize(width: 5, height: 4), color: (40, 80, 120))).smoothed(sigma: 0.8)
    for (plane, value) in zip(flat.planes, [Float(40), 80, 120]) {
      expectNear(plane, [Float](repeating: value, count: 20), within: 1e-3)
    }
    var rows = [[UInt8]](repeating: [UInt8](repeating: 0, count: 15), count: 15)
    rows[7][7] = 200
    let blurred = ColorPlanes(TestPictures.grey(rows)).smoothed(sigma: 0.8).planes[0]
    #expect(abs(blurred.reduce(0, +) - 200) < 0.01)
    // The middle weight of the kernel squared: 1 / (1 + 2 (e^-0.78125 + e^-3.125 + e^-7.03125)) = 0.49877.
    #expect(abs(blurred[7 * 15 + 7] - 200 * 0.49877 * 0.49877) < 0.05)
  }

  @Test func derivativeOfARampIsItsSlope() {
    let size = ImageSize(width: 20, height: 3)
    let ramp = (0..<60).map { Float($0 % 20) * 4 }
    let slope = FilterKernel.gaussianDerivative(sigma: 1).appliedAcross(ramp, size: size)
    for x in 3..<17 { #expect(abs(slope[20 + x] - 4) < 1e-4) }
    let level = FilterKernel.gaussianDerivative(sigma: 1).appliedDown(ramp, size: size)
    #expect(level.allSatisfy { abs($0) < 1e-4 })
  }
}
