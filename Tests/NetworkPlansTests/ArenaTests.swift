import NetworkPlans
import TensorTesting
import Testing

@Suite struct ArenaTests {
  @Test(arguments: 0..<40) func buffersAliveTogetherNeverOverlap(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let requests = (0..<60).map { _ in
      let first = Int.random(in: -1...40, using: &generator)
      // Some live for one step, some for long, some to the end, some not at all.
      let last: Int? =
        [first, first + Int.random(in: 0...20, using: &generator), Int.max, nil]
        .randomElement(using: &generator) ?? nil
      return BufferRequest(
        byteCount: Int.random(in: 0...5000, using: &generator), lifetime: last.map { first...$0 })
    }
    let (offsets, byteCount) = Arena.place(requests)
    #expect(offsets.count == requests.count)
    let placed = requests.indices.filter { requests[$0].lifetime != nil }
    for left in placed {
      #expect(offsets[left] >= 0 && offsets[left] % 64 == 0)
      #expect(offsets[left] + requests[left].byteCount <= byteCount)
      for right in placed where right < left {
        guard let a = requests[left].lifetime, let b = requests[right].lifetime, a.overlaps(b) else { continue }
        let areApart =
          offsets[left] + requests[left].byteCount <= offsets[right]
          || offsets[right] + requests[right].byteCount <= offsets[left]
        #expect(areApart, "buffers \(left) and \(right)")
      }
    }
    let rounded = placed.map { (requests[$0].byteCount + 63) / 64 * 64 }
    #expect(byteCount <= rounded.reduce(0, +))
    let mostAliveAtOnce = (-1...61).map { step in
      placed.filter { requests[$0].lifetime?.contains(step) ?? false }.reduce(0) { $0 + requests[$1].byteCount }
    }.max()
    #expect(byteCount >= mostAliveAtOnce ?? 0)
  }

  @Test func aChainNeedsTwoBuffers() {
    // Each map is written at one step and read at the next.
    let requests = (0..<10).map { BufferRequest(byteCount: 1024, lifetime: $0...$0 + 1) }
    #expect(Arena.place(requests).byteCount == 2048)
  }

  @Test func nothingNeedsNothing() {
    #expect(Arena.place([]).byteCount == 0)
    #expect(Arena.place([BufferRequest(byteCount: 100, lifetime: nil)]).byteCount == 0)
  }
}
