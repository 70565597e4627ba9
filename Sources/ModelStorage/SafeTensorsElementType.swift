/// An element type of the safetensors format, under the name that the format gives it.
public enum SafeTensorsElementType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case u16 = "U16"
  case i16 = "I16"
  case f16 = "F16"
  case bf16 = "BF16"
  case u32 = "U32"
  case i32 = "I32"
  case f32 = "F32"
  case u64 = "U64"
  case i64 = "I64"
  case f64 = "F64"

  public var byteCount: Int {
    switch self {
    case .bool, .u8, .i8: 1
    case .u16, .i16, .f16, .bf16: 2
    case .u32, .i32, .f32: 4
    case .u64, .i64, .f64: 8
    }
  }

  /// Converts little-endian elements to the nearest 32-bit floats.
  ///
  /// - Precondition: `source.count == destination.count * byteCount`.
  func decode(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>) {
    precondition(source.count == destination.count * byteCount, "\(source.count) bytes are another count")
    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
    // Plain pointers, since the bounds checks of buffers would keep the loop from being vectorised.
    func each<Element: BitwiseCopyable>(_ type: Element.Type, _ convert: (Element) -> Float) {
      for index in 0..<destination.count {
        to[index] = convert(
          from.loadUnaligned(fromByteOffset: index &* MemoryLayout<Element>.size, as: Element.self))
      }
    }
    switch self {
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .u8: each(UInt8.self) { Float($0) }
    case .i8: each(Int8.self) { Float($0) }
    case .u16: each(UInt16.self) { Float($0) }
    case .i16: each(Int16.self) { Float($0) }
    case .f16: each(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bf16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .u32: each(UInt32.self) { Float($0) }
    case .i32: each(Int32.self) { Float($0) }
    case .f32: each(UInt32.self) { Float(bitPattern: $0) }
    case .u64: each(UInt64.self) { Float($0) }
    case .i64: each(Int64.self) { Float($0) }
    case .f64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    }
  }
}
