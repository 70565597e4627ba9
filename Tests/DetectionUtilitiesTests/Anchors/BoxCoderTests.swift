import DetectionUtilities
import Testing

@Suite struct BoxCoderTests {
  private let anchor = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 20)

  @Test func handWorkedDeltas() {
    let deltas = BoxCoder().encode(BoundingBox(x1: 5, y1: 10, x2: 15, y2: 50), relativeTo: anchor)
    #expect(deltas.dx == 0.5 && deltas.dy == 1 && deltas.dw == 0)
    #expect(abs(deltas.dh - 0.6931471805599453) < 1e-15)
  }

  @Test(arguments: [BoxCoder(), BoxCoder(weights: .init(dx: 10, dy: 10, dw: 5, dh: 5))])
  func decodingInvertsEncoding(coder: BoxCoder) {
    var random = LinearCongruentialGenerator(state: 21)
    for _ in 0..<500 {
      let a = random.box(in: 300, largest: 200)
      let b = random.box(in: 300, largest: 200)
      let anchor = BoundingBox(x1: a.x, y1: a.y, x2: a.x + a.width + 4, y2: a.y + a.height + 4)
      let box = BoundingBox(x1: b.x, y1: b.y, x2: b.x + b.width + 0.01, y2: b.y + b.height + 0.01)
      let decoded = coder.decode(coder.encode(box, relativeTo: anchor), relativeTo: anchor)
      #expect(
        max(abs(decoded.x1 - box.x1), abs(decoded.y1 - box.y1), abs(decoded.x2 - box.x2), abs(decoded.y2 - box.y2))
          < 1e-9)
    }
  }

  @Test func growthIsBounded() {
    let box = BoxCoder().decode(.init(dx: 0, dy: 0, dw: 100, dh: -1000), relativeTo: anchor)
    #expect(abs(box.width - 625) < 1e-9)
    #expect(box.height == 0)
  }

  @Test func boxesWithoutAreaGiveFiniteDeltas() {
    let point = BoundingBox(x1: 3, y1: 3, x2: 3, y2: 3)
    for (box, reference) in [(point, anchor), (anchor, point), (point, point)] {
      let deltas = BoxCoder().encode(box, relativeTo: reference)
      #expect(deltas.dx.isFinite && deltas.dy.isFinite && deltas.dw.isFinite && deltas.dh.isFinite)
      #expect(BoxCoder().decode(deltas, relativeTo: reference).isValid)
    }
  }
}
