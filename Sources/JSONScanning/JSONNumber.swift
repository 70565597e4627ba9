/// Numbers as JSON writes them.
enum JSONNumber {
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The number that starts here and what follows it; nil where none does.
  ///
  /// The nearest double to what is written. Up to 2⁵³ in the digits and 22 in the exponent that takes one exact division
  /// (Clinger, "How to read floating point numbers accurately", 1990); the rest goes to the standard library.
  static func parse(
    _ first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (Double, after: UnsafePointer<UInt8>)? {
    var next = first
    let isNegative = next < end && next.pointee == UInt8(ascii: "-")
    if isNegative { next += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var isExact = true
    func digit() -> UInt64? {
      guard next < end else { return nil }
      let value = next.pointee &- UInt8(ascii: "0")
      return value < 10 ? UInt64(value) : nil
    }
    let firstDigit = next
    while let value = digit() {
      next += 1
      if digits < 18 {
        mantissa = mantissa &* 10 &+ value
        if mantissa != 0 { digits += 1 }
      } else {
        isExact = false
      }
    }
    guard next > firstDigit else { return nil }
    if next < end, next.pointee == UInt8(ascii: ".") {
      next += 1
      let firstFraction = next
      while let value = digit() {
        next += 1
        if digits < 18 {
          mantissa = mantissa &* 10 &+ value
          if mantissa != 0 { digits += 1 }
          exponent -= 1
        } else if value != 0 {
          isExact = false
        }
      }
      guard next > firstFraction else { return nil }
    }
    guard let power = power(&next, end: end) else { return nil }
    exponent += power
    if isExact, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let magnitude =
        exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
      return (isNegative ? -magnitude : magnitude, next)
    }
    let text = String(decoding: UnsafeBufferPointer(start: first, count: next - first), as: UTF8.self)
    guard let value = Double(text), value.isFinite else { return nil }
    return (value, next)
  }

  /// What stands behind the `e` of a number; 0 where there is none, nil where no digit follows it.
  private static func power(_ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
    guard next < end, next.pointee | 0x20 == UInt8(ascii: "e") else { return 0 }
    next += 1
    var isDown = false
    if next < end, next.pointee == UInt8(ascii: "+") || next.pointee == UInt8(ascii: "-") {
      isDown = next.pointee == UInt8(ascii: "-")
      next += 1
    }
    let firstDigit = next
    var power = 0
    while next < end, case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
      next += 1
      power = min(power * 10 + Int(digit), 100_000)
    }
    guard next > firstDigit else { return nil }
    return isDown ? -power : power
  }

  /// The same for whole numbers without point or exponent.
  static func parseInteger(
    _ first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (Int, after: UnsafePointer<UInt8>)? {
    var next = first
    let isNegative = next < end && next.pointee == UInt8(ascii: "-")
    if isNegative { next += 1 }
    let firstDigit = next
    var value = 0
    while next < end, case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = product.addingReportingOverflow(Int(digit))
      if overflow || tooLarge { return nil }
      value = sum
      next += 1
    }
    guard next > firstDigit else { return nil }
    if next < end {
      let byte = next.pointee
      if byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") { return nil }
    }
    return (isNegative ? -value : value, next)
  }

  /// The same for whole numbers from 0 up that no zero stands before; where that fails, `next` is the place.
  static func readNatural(
    _ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws(JSONError) -> Int {
    let first = next
    var value = 0
    while next < end, case let digit = next.pointee &- UInt8(ascii: "0"), digit < 10 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(digit))
      guard !overflow, !carry else { throw .malformed(.integerTooLarge) }
      value = sum
      next += 1
    }
    let length = next - first
    guard length > 0, length == 1 || first.pointee != UInt8(ascii: "0") else { throw .expected(.naturalNumber) }
    return value
  }
}
