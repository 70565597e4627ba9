import Files

/// How much a pickle may ask for: more than any state dict, little enough to be refused within a tenth of a second.
///
/// A tensor takes about 35 opcodes and 10 objects, so these limits allow for some 20,000 tensors.
enum PickleLimits {
  static let byteCount = InputLimits.pickleBytes
  static let opcodes = 1_000_000
  /// Texts, tuples, lists, dictionaries, storages, tensors; what costs more than these counts for several.
  static let objects = 200_000
  /// How many places a pickle may skip where it numbers the values that it remembers; Python 2 skips the first.
  static let memoGap = 16
  /// PyTorch's pickler hands over at most 1000 items at a time.
  static let stackDepth = 50_000
  /// How many tuples, lists and dictionaries may be open inside each other.
  static let markDepth = 500
  static let tensorRank = 64
  static let textByteCount = 1 << 16
}
