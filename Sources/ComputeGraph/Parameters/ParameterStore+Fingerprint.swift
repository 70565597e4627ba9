import Tensors

extension ParameterStore {
  /// A digest of names, shapes and numbers (64-bit FNV-1a), by which weights are recognised; 16 hexadecimal digits.
  ///
  /// The order of the tensors does not count.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    for name in names.sorted() {
      guard let tensor = self[name] else { continue }
      add(name.utf8)
      add([0])
      add(tensor.shape.description.utf8)
      add([0])
      tensor.withUnsafeBufferPointer { add(UnsafeRawBufferPointer($0)) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
