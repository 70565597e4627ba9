#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that arrive through a pipe or from a file, held from the beginning of the frame that is being read.
struct StreamInput: ~Copyable {
  /// Bytes of the frame, and what has arrived behind it.
  private var buffer: [UInt8] = []
  private var start = 0
  private let descriptor: Int32
  private let isCancelled: @Sendable () -> Bool

  init(descriptor: Int32, isCancelled: @escaping @Sendable () -> Bool) {
    self.descriptor = descriptor
    self.isCancelled = isCancelled
    #if os(Linux)
      // Most of a frame fits, so that its sender need not wait for this program to read. Fails for what is no pipe.
      _ = fcntl(descriptor, Self.setPipeSize, 1 << 20)
    #endif
  }

  #if os(Linux)
    /// F_SETPIPE_SZ, which only a part of the C headers shows.
    private static let setPipeSize: Int32 = 1031
  #endif

  /// Bytes that have arrived and were not taken.
  var count: Int { buffer.count - start }

  /// A byte that has arrived, by its place in the frame.
  subscript(position: Int) -> UInt8 { buffer[start + position] }

  /// A number of `byteCount` bytes, the highest first.
  func number(at position: Int, byteCount: Int) -> Int {
    (0..<byteCount).reduce(0) { $0 << 8 | Int(self[position + $1]) }
  }

  /// The place of the first byte of this value from a place on, among those that have arrived.
  func firstIndex(of value: UInt8, from position: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, position < count else { return nil }
      return memchr(base + start + position, Int32(value), count - position).map { UnsafeRawPointer($0) - base - start }
    }
  }

  /// The first bytes, as many as there are up to `length`.
  func prefix(_ length: Int) -> [UInt8] { Array(buffer[start..<start + min(length, count)]) }

  /// Takes the first bytes away.
  mutating func take(_ length: Int) -> [UInt8] {
    let bytes = prefix(length)
    start += length
    return bytes
  }

  /// Waits until `wanted` bytes of the frame have arrived. False where the stream ends before, or nobody waits for it any
  /// more.
  mutating func fill(to wanted: Int) throws(StreamFailure) -> Bool {
    while count < wanted {
      if start > 0 {
        buffer.removeSubrange(..<start)
        start = 0
      }
      if try arrive(atMost: max(wanted - count, 1 << 16)) == 0 { return false }
    }
    return true
  }

  /// Appends what has arrived; its number of bytes, 0 at the end.
  private mutating func arrive(atMost limit: Int) throws(StreamFailure) -> Int {
    guard try waitForBytes() else { return 0 }
    var result = 0
    withUnsafeTemporaryAllocation(byteCount: min(limit, 1 << 20), alignment: 16) { chunk in
      repeat {
        result = read(descriptor, chunk.baseAddress, chunk.count)
      } while result < 0 && errno == EINTR
      if result > 0 { buffer.append(contentsOf: chunk[..<result]) }
    }
    if result < 0 { throw StreamFailure(code: errno) }
    return result
  }

  /// Looks up now and then whether anybody still waits.
  private func waitForBytes() throws(StreamFailure) -> Bool {
    while !isCancelled() {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, 100)
      if ready > 0 { return true }
      if ready < 0 && errno != EINTR { throw StreamFailure(code: errno) }
    }
    return false
  }
}

/// The system refused to read, with its error number.
struct StreamFailure: Error {
  var code: Int32
}
