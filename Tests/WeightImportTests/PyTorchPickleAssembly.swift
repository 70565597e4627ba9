/// Writes a pickle opcode by opcode, so that tests can write what no `torch.save` would.
struct PickleAssembly {
  private(set) var bytes: [UInt8] = []

  static func program(_ body: (inout PickleAssembly) -> Void) -> [UInt8] {
    var assembly = PickleAssembly()
    assembly.raw([0x80, 2])
    body(&assembly)
    assembly.code(".")
    return assembly.bytes
  }

  mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }

  /// Opcodes that are letters, one behind the other.
  mutating func code(_ letters: String) { bytes += Array(letters.utf8) }

  mutating func text(_ text: String) {
    code("X")
    raw(littleEndian(text.utf8.count, count: 4))
    raw(Array(text.utf8))
  }

  /// As LONG1, which holds any integer.
  mutating func integer(_ value: Int) {
    raw([0x8A, 8])
    raw(littleEndian(value, count: 8))
  }

  mutating func integers(_ values: [Int]) {
    code("(")
    for value in values { integer(value) }
    code("t")
  }

  mutating func global(_ module: String, _ name: String) { code("c\(module)\n\(name)\n") }

  mutating func storage(_ storageClass: String, key: String, count: Int) {
    code("(")
    text("storage")
    global("torch", storageClass)
    text(key)
    text("cpu")
    integer(count)
    code("tQ")
  }

  /// A tensor in a storage of `count` elements.
  mutating func tensor(
    _ storageClass: String = "FloatStorage", key: String, count: Int, offset: Int = 0, shape: [Int], strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    code("(")
    storage(storageClass, key: key, count: count)
    integer(offset)
    integers(shape)
    integers(strides)
    raw([0x89])
    global("collections", "OrderedDict")
    code(")RtR")
  }

  /// A dictionary; `items` writes keys and values by turns.
  mutating func dictionary(_ items: (inout PickleAssembly) -> Void) {
    code("}(")
    items(&self)
    code("u")
  }
}

/// A pickle of one vector under `name`, in a storage of as many elements.
func vectorPickle(_ name: String = "w", _ storageClass: String = "FloatStorage", count: Int) -> [UInt8] {
  PickleAssembly.program { pickle in
    pickle.dictionary {
      $0.text(name)
      $0.tensor(storageClass, key: "0", count: count, shape: [count], strides: [1])
    }
  }
}

func littleEndian(_ value: some FixedWidthInteger, count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

func littleEndian(_ values: [Float]) -> [UInt8] {
  values.flatMap { littleEndian($0.bitPattern, count: 4) }
}

func littleEndian(doubles values: [Double]) -> [UInt8] {
  values.flatMap { littleEndian($0.bitPattern, count: 8) }
}
