extension PickleMachine {
  /// The next bytes, after checking that they are there.
  mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
    guard count <= bytes.endIndex - position else {
      throw failure("\(count) bytes are expected, the pickle has \(bytes.endIndex - position) left: is it truncated?")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next little-endian number; beyond 63 bits, a malformed pickle.
  mutating func unsigned(_ count: Int) throws(Failure) -> Int {
    var value: UInt64 = 0
    for byte in try take(count).reversed() { value = value << 8 | UInt64(byte) }
    guard let result = Int(exactly: value) else { throw failure("a length of \(value)") }
    return result
  }

  /// An integer in two's complement; what lies beyond 64 bits is no shape and no offset, and only needs to be there.
  mutating func long(byteCount: Int) throws(Failure) -> PickleValue {
    let digits = try take(byteCount)
    guard digits.count <= 8 else { return .number }
    var value: Int64 = digits.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in digits.reversed() { value = value << 8 | Int64(byte) }
    return .integer(Int(value))
  }

  mutating func pushText(byteCount: Int) throws(Failure) {
    try countObject()
    let content = try take(byteCount)
    // Strings of Python 2 are bytes under the same opcodes; settings beside the weights need not be UTF-8.
    guard byteCount <= PickleLimits.textByteCount, let text = String(validating: content, as: UTF8.self) else {
      stack.append(.bytes)
      return
    }
    stack.append(.text(text))
  }

  mutating func pushBytes(byteCount: Int) throws(Failure) {
    _ = try take(byteCount)
    stack.append(.bytes)
  }

  /// The text up to the next line feed, which is read over.
  mutating func line() throws(Failure) -> String {
    let limit = min(bytes.endIndex, position + 512)
    guard let end = bytes[position..<limit].firstIndex(of: UInt8(ascii: "\n")),
      let text = String(validating: bytes[position..<end], as: UTF8.self)
    else { throw failure("the name of a class does not end within 512 bytes, or is not UTF-8") }
    position = end + 1
    return text
  }

  mutating func countObject(_ count: Int = 1) throws(Failure) {
    objectCount += count
    guard objectCount <= PickleLimits.objects else {
      throw failure("more than \(PickleLimits.objects) objects, expected a state dict")
    }
  }

  func top() throws(Failure) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw failure("the stack is empty") }
    return value
  }

  mutating func pop() throws(Failure) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw failure("the stack is empty") }
    return value
  }

  /// The last values, lowest first.
  mutating func pop(_ count: Int) throws(Failure) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw failure("\(count) values are expected on the stack, there are \(stack.count - (marks.last ?? 0))")
    }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  /// The values above the last mark, lowest first, and the mark away.
  mutating func popToMark() throws(Failure) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw failure("a mark is expected on the stack") }
    let values = Array(stack[mark...])
    stack.removeLast(stack.count - mark)
    return values
  }
}
