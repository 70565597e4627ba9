/// How much a pickle may ask for: more than any state dict, little enough to be refused within a tenth of a second.
///
/// A tensor takes about 35 opcodes and 10 objects, so these limits allow for about 50,000 tensors.
enum PickleLimits {
  static let byteCount = 16 << 20
  static let opcodes = 2_000_000
  /// Strings, tuples, lists, dictionaries, storages, tensors, remembered values.
  static let objects = 1_000_000
  /// PyTorch's pickler hands over at most 1000 items at a time.
  static let stackDepth = 50_000
  /// How many tuples, lists and dictionaries may be open inside each other.
  static let markDepth = 500
  static let tensorRank = 64
  static let textByteCount = 1 << 20
}
