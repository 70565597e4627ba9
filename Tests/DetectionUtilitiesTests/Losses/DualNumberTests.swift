import DetectionUtilities
import Testing

@Suite struct DualNumberTests {
  private let x = DualNumber(2.0, variable: 0)
  private let y = DualNumber(3.0, variable: 1)

  @Test func arithmetic() {
    #expect((x * y + x).partials == SIMD4(4, 2, 0, 0))
    #expect((x - y).partials == SIMD4(1, -1, 0, 0))
    let quotient = x / y
    #expect(abs(quotient.partials[0] - 1 / 3.0) < 1e-15)
    #expect(abs(quotient.partials[1] + 2 / 9.0) < 1e-15)
  }

  @Test func angles() {
    // The angle of (3, 2): derivatives 3/13 and -2/13.
    let angle = DualNumber.arctangent(y: x, x: y)
    #expect(abs(angle.partials[0] - 3 / 13.0) < 1e-15)
    #expect(abs(angle.partials[1] + 2 / 13.0) < 1e-15)
  }

  @Test func choices() {
    #expect(DualNumber.lesser(x, y) == x)
    #expect(DualNumber.greater(x, y) == y)
    #expect(DualNumber.greater(x, DualNumber(2.0, variable: 1)).partials == SIMD4(0.5, 0.5, 0, 0))
    #expect((x - y).positivePart.partials == .zero)
    #expect((x - x * DualNumber(1)).positivePart.value == 0)
  }
}
