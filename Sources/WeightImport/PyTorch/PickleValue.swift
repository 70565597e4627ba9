/// A value on the stack of the pickle interpreter.
///
/// What contains others is an index into ``PickleObjects``, so that a cycle keeps nothing alive and deep nesting costs
/// no recursion.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  /// A float, or an integer beyond 64 bits.
  case number
  case text(String)
  /// Bytes whose content a state dict does not need.
  case bytes
  /// Into ``PickleObjects/tupleItems``.
  case tuple(start: Int, count: Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  /// A value of one of the harmless classes, which nothing is made of.
  case ignored

  /// For errors.
  var kind: String {
    switch self {
    case .none: "None"
    case .boolean: "a truth value"
    case .integer, .number: "a number"
    case .text: "text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let global): "the class \(global)"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .ignored: "an object"
    }
  }
}

/// A run of elements of one type, to which a pickle refers by key.
struct PickleStorage {
  var key: String
  var elementType: PyTorchElementType
  /// Of the whole storage.
  var elementCount: Int
  /// The part that tensors see: all of it, but for the views of the legacy form.
  var visible: Range<Int>
}

/// A tensor as the pickle describes it, before the description is checked.
struct PickleTensor {
  var storage: PickleStorage
  /// Of the elements, where the storage is one of bytes without a type.
  var elementType: PyTorchElementType
  /// In elements.
  var offset: Int
  var shape: [Int]
  /// In elements.
  var strides: [Int]
}

/// All that a pickle has made, side by side.
struct PickleObjects {
  var tupleItems: [PickleValue] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  func items(of value: PickleValue) -> ArraySlice<PickleValue>? {
    switch value {
    case .tuple(let start, let count): tupleItems[start..<start + count]
    case .list(let index): lists[index][...]
    default: nil
    }
  }

  /// The integers of a tuple or list of nothing else, which is how shapes and strides are written.
  func integers(of value: PickleValue, atMost limit: Int) -> [Int]? {
    guard let items = items(of: value), items.count <= limit else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .integer(let integer) = item else { return nil }
      result.append(integer)
    }
    return result
  }
}
