import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// A place inside one of a plan's buffers.
struct MemorySlice: Hashable, Sendable {
  /// Index of the buffer.
  var buffer: Int
  /// Bytes from its start.
  var offset = 0

  func advanced(by bytes: Int) -> MemorySlice { MemorySlice(buffer: buffer, offset: offset + bytes) }
}

/// A piece of memory that a plan needs from one of its steps to another.
package struct BufferRequest: Sendable {
  package var byteCount: Int
  /// First and last step that touch it; nil when nothing does.
  package var lifetime: ClosedRange<Int>?

  package init(byteCount: Int, lifetime: ClosedRange<Int>?) {
    self.byteCount = byteCount
    self.lifetime = lifetime
  }
}

/// One block of memory in which buffers that are never alive together share their bytes.
package final class Arena {
  let byteCount: Int
  private let base: UnsafeMutableRawPointer
  /// Of every buffer.
  private let addresses: [UnsafeMutableRawPointer]
  /// Arenas that hold some of the buffers.
  private let others: [Arena]
  /// The mapping that holds a large arena; nil for a small one.
  private let reserved: UnsafeMutableRawBufferPointer?

  /// - Parameter elsewhere: buffers that are the only one of an arena of their own.
  /// - Throws: ``MemoryShortage`` for a large arena that the system does not grant.
  init(_ requests: [BufferRequest], elsewhere: [Int: Arena] = [:]) throws(MemoryShortage) {
    var own = requests
    for buffer in elsewhere.keys { own[buffer].lifetime = nil }
    let offsets: [Int]
    (offsets, byteCount) = Self.place(own)
    (base, reserved) = try Self.zeroes(byteCount)
    addresses = offsets.enumerated().map { [base] buffer, offset in elsewhere[buffer]?.base ?? base + offset }
    others = Array(elsewhere.values)
  }

  deinit {
    #if canImport(Glibc)
      if let reserved {
        munmap(reserved.baseAddress, reserved.count)
        return
      }
    #endif
    base.deallocate()
  }

  private static let hugePage = 1 << 21

  /// Kernels rely on zeros in the padding of blocked layouts.
  private static func zeroes(
    _ byteCount: Int
  ) throws(MemoryShortage) -> (base: UnsafeMutableRawPointer, reserved: UnsafeMutableRawBufferPointer?) {
    #if canImport(Glibc)
      if byteCount >= hugePage {
        guard let mapped = map(byteCount) else { throw MemoryShortage(byteCount: byteCount) }
        return mapped
      }
    #endif
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    return (base, nil)
  }

  #if canImport(Glibc)
    /// Pages that the system hands out as zeros when they are first touched. Whole huge pages save most of what that
    /// costs.
    private static func map(
      _ byteCount: Int
    ) -> (base: UnsafeMutableRawPointer, reserved: UnsafeMutableRawBufferPointer?)? {
      let count = byteCount + hugePage
      guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        start != MAP_FAILED
      else { return nil }
      let base = start.alignedUp(toMultipleOf: hugePage)
      madvise(base, byteCount, MADV_HUGEPAGE)
      return (base, UnsafeMutableRawBufferPointer(start: start, count: count))
    }
  #endif

  /// Where a slice lies. The caller keeps the arena alive while it uses the address.
  func address(_ slice: MemorySlice) -> UnsafeMutableRawPointer { addresses[slice.buffer] + slice.offset }

  /// Hands the floats of a slice to `body`, for the time of the call.
  func withFloats<Result>(
    _ slice: MemorySlice, count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      let start = address(slice).bindMemory(to: Float.self, capacity: count)
      return try body(UnsafeMutableBufferPointer(start: start, count: count))
    }
  }

  /// A copy of a value that lies in row-major order.
  func tensor(_ slice: MemorySlice, _ shape: TensorShape) -> Tensor {
    withFloats(slice, count: shape.elementCount) { Tensor(shape: shape, values: UnsafeBufferPointer($0)) }
  }

  /// A value in the kernels' own order.
  func map(_ slice: MemorySlice, _ shape: TensorShape) -> BlockedMap {
    let count = canonicalLayout(shape).byteCount / MemoryLayout<Float>.stride
    return BlockedMap(
      pointer: address(slice).bindMemory(to: Float.self, capacity: count), shape: shape, owner: self)
  }

  /// Largest first, each at the lowest offset where it overlaps nothing that is alive at the same time.
  package static func place(_ requests: [BufferRequest]) -> (offsets: [Int], byteCount: Int) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var total = 0
    var placed: [Int] = []
    let order = requests.indices.sorted {
      (requests[$0].byteCount, $1) > (requests[$1].byteCount, $0)
    }
    for index in order {
      guard let lifetime = requests[index].lifetime else { continue }
      let size = (requests[index].byteCount + 63) / 64 * 64
      let neighbours = placed.filter { requests[$0].lifetime?.overlaps(lifetime) ?? false }
        .map { (start: offsets[$0], end: offsets[$0] + (requests[$0].byteCount + 63) / 64 * 64) }
        .sorted { $0.start < $1.start }
      var start = 0
      for neighbour in neighbours {
        if neighbour.start >= start + size { break }
        start = max(start, neighbour.end)
      }
      offsets[index] = start
      total = max(total, start + size)
      placed.append(index)
    }
    return (offsets, total)
  }
}
