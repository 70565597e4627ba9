/// The element type of a PyTorch storage.
enum PyTorchElementType: String, CaseIterable {
  case float32
  case float16
  case bfloat16
  case float64
  case int64
  case int32
  case int16
  case int8
  case uint8
  case bool
  /// Bytes to which each tensor gives a type of its own.
  case untyped

  /// Of the storage class that PyTorch names in its pickles ("FloatStorage").
  init?(storageClass name: String) {
    switch name {
    case "FloatStorage": self = .float32
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "DoubleStorage": self = .float64
    case "LongStorage": self = .int64
    case "IntStorage": self = .int32
    case "ShortStorage": self = .int16
    case "CharStorage": self = .int8
    case "ByteStorage": self = .uint8
    case "BoolStorage": self = .bool
    case "UntypedStorage": self = .untyped
    default: return nil
    }
  }

  var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool, .untyped: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// Whether its elements are weights; tensors of the other types are counters and tables.
  var isFloatingPoint: Bool {
    switch self {
    case .float32, .float16, .bfloat16, .float64: true
    case .int64, .int32, .int16, .int8, .uint8, .bool, .untyped: false
    }
  }
}
