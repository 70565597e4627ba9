import DetectionUtilities
import Testing

@Suite struct BoxFormatTests {
  private static let box = BoundingBox(x1: 20, y1: 10, x2: 60, y2: 40)

  /// One box in an image of 200 × 100 pixels.
  @Test(arguments: [
    (BoxFormat.corners, SIMD4(20.0, 10, 60, 40)), (.normalizedCorners, SIMD4(0.1, 0.1, 0.3, 0.4)),
    (.cornerAndSize, SIMD4(20, 10, 40, 30)), (.normalizedCornerAndSize, SIMD4(0.1, 0.1, 0.2, 0.3)),
    (.centerAndSize, SIMD4(40, 25, 40, 30)), (.normalizedCenterAndSize, SIMD4(0.2, 0.25, 0.2, 0.3)),
  ])
  func encodesAndDecodes(format: BoxFormat, numbers: SIMD4<Double>) {
    let encoded = format.encode(Self.box, imageWidth: 200, imageHeight: 100)
    #expect((0..<4).allSatisfy { abs(encoded[$0] - numbers[$0]) < 1e-12 })
    let decoded = format.decode(numbers, imageWidth: 200, imageHeight: 100)
    #expect(abs(decoded.x1 - 20) + abs(decoded.y1 - 10) + abs(decoded.x2 - 60) + abs(decoded.y2 - 40) < 1e-9)
  }
}
