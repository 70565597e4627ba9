extension PyTorchElementType {
  /// Converts little-endian elements, `stride` bytes apart, to the nearest 32-bit floats.
  ///
  /// - Returns: a finite number beyond the range of 32-bit floats, where there is one.
  /// - Precondition: the elements lie within `source`, and are of a floating-point type.
  func decode(
    _ source: UnsafeRawBufferPointer, from offset: Int, stride: Int, into destination: UnsafeMutableBufferPointer<Float>
  ) -> Double? {
    let last = offset + (destination.count - 1) * stride
    precondition(offset >= 0 && stride >= 0 && last + byteCount <= source.count, "elements beyond their storage")
    guard let from = source.baseAddress.map({ $0 + offset }), let to = destination.baseAddress else { return nil }
    // Plain pointers, since the bounds checks of buffers would keep the loop from being vectorised.
    func each<Element: FixedWidthInteger>(_ type: Element.Type, _ convert: (Element) -> Float) {
      let size = MemoryLayout<Element>.size
      if stride == size {
        for index in 0..<destination.count {
          to[index] = convert(Element(littleEndian: from.loadUnaligned(fromByteOffset: index &* size, as: type)))
        }
      } else {
        for index in 0..<destination.count {
          to[index] = convert(Element(littleEndian: from.loadUnaligned(fromByteOffset: index &* stride, as: type)))
        }
      }
    }
    switch self {
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float16: each(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float64:
      var overflow: Double?
      each(UInt64.self) {
        let value = Double(bitPattern: $0)
        let rounded = Float(value)
        if rounded.isInfinite, value.isFinite { overflow = value }
        return rounded
      }
      return overflow
    case .int64, .int32, .int16, .int8, .uint8, .bool, .untyped: preconditionFailure("\(self) is no float")
    }
    return nil
  }
}
