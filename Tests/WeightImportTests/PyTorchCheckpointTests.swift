import Tensors
import Testing
import WeightImport

struct PyTorchCheckpointTests {
  @Test(arguments: [false, true]) func archive(isWide: Bool) throws {
    var archive = ArchiveAssembly(pickle: vectorPickle(count: 3), storages: [littleEndian([1, -2.5, .infinity])])
    archive.isWide = isWide
    let result = try checkpoint(archive.bytes)
    #expect(result.form == .archive)
    #expect(result.key == nil)
    #expect(result.tensors.names == ["w"])
    #expect(result.tensors["w"]?.shape == [3])
    #expect(result.tensors["w"]?.values == [1, -2.5, .infinity])
  }

  @Test func legacy() throws {
    let file = legacyFile(vectorPickle(count: 2), storages: [("0", 2, littleEndian([3, 4]))])
    let result = try checkpoint(file)
    #expect(result.form == .legacy)
    #expect(result.tensors["w"]?.values == [3, 4])
  }

  /// 1.5, -2 and the smallest number of each type.
  @Test(
    arguments: [
      ("HalfStorage", [0x00, 0x3E, 0x00, 0xC0, 0x01, 0x00], 0x1p-24),
      ("BFloat16Storage", [0xC0, 0x3F, 0x00, 0xC0, 0x01, 0x00], Float(bitPattern: 0x1_0000)),
      ("DoubleStorage", littleEndian(doubles: [1.5, -2, 0x1p-1074]), 0),
    ] as [(String, [UInt8], Float)])
  func elementTypes(storageClass: String, bytes: [UInt8], smallest: Float) throws {
    let archive = ArchiveAssembly(pickle: vectorPickle("w", storageClass, count: 3), storages: [bytes])
    #expect(try checkpoint(archive.bytes).tensors["w"]?.values == [1.5, -2, smallest])
  }

  /// Six numbers seen as they are, transposed, as one of two columns, repeated, as a scalar and as nothing.
  @Test(
    arguments: [
      (0, [2, 3], [3, 1], [0, 1, 2, 3, 4, 5]), (0, [3, 2], [1, 3], [0, 3, 1, 4, 2, 5]), (1, [3], [2], [1, 3, 5]),
      (4, [2, 3], [0, 0], [4, 4, 4, 4, 4, 4]), (1, [2, 2], [0, 3], [1, 4, 1, 4]), (5, [], [], [5]),
      (6, [0, 4], [4, 1], []), (2, [1, 2, 1], [1 << 60, 2, 1 << 60], [2, 4]),
    ] as [(Int, [Int], [Int], [Float])])
  func strides(offset: Int, shape: [Int], strides: [Int], expected: [Float]) throws {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("w")
        $0.tensor(key: "0", count: 6, offset: offset, shape: shape, strides: strides)
      }
    }
    let tensor = try #require(
      checkpoint(ArchiveAssembly(pickle: pickle, storages: [littleEndian([0, 1, 2, 3, 4, 5])]).bytes).tensors["w"])
    #expect(tensor.shape == TensorShape(shape))
    #expect(tensor.values == expected)
  }

  @Test func sharedStorageAndIntegers() throws {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("module.tail")
        $0.tensor(key: "0", count: 4, offset: 2, shape: [2], strides: [1])
        $0.text("module.num_batches_tracked")
        $0.tensor("LongStorage", key: "1", count: 1, shape: [], strides: [])
        $0.text("module.head")
        $0.tensor(key: "0", count: 4, shape: [2], strides: [1])
      }
    }
    let archive = ArchiveAssembly(pickle: pickle, storages: [littleEndian([1, 2, 3, 4]), littleEndian(7, count: 8)])
    let result = try checkpoint(archive.bytes)
    #expect(result.tensors.names == ["tail", "head"])
    #expect(result.tensors["tail"]?.values == [3, 4])
    #expect(result.tensors["head"]?.values == [1, 2])
    #expect(result.integerTensorNames == ["num_batches_tracked"])
  }

  /// As Python 2 wrote it: a dictionary made of pairs, strings of bytes, a `Parameter` around the tensor.
  @Test func pythonTwo() throws {
    let pickle = PickleAssembly.program {
      $0.global("collections", "OrderedDict")
      $0.code("](](U\u{1}w")
      $0.global("torch.nn.parameter", "Parameter")
      $0.tensor(key: "0", count: 1, shape: [1], strides: [1])
      $0.raw([0x85])
      $0.code("Ree")
      $0.raw([0x85])
      $0.code("R")
    }
    #expect(
      try checkpoint(ArchiveAssembly(pickle: pickle, storages: [littleEndian([9])]).bytes).tensors["w"]?.values == [9])
  }

  /// Protocol 4: a frame, short strings, remembered values, a class named on the stack.
  @Test func protocolFour() throws {
    var pickle = PickleAssembly()
    pickle.raw([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0])
    pickle.code("}")
    pickle.raw([0x94, 0x8C, 1])
    pickle.code("w")
    pickle.raw([0x94, 0x8C, 12])
    pickle.code("torch._utils")
    pickle.raw([0x8C, 18])
    pickle.code("_rebuild_tensor_v2")
    pickle.raw([0x93])
    pickle.code("(")
    pickle.storage("FloatStorage", key: "0", count: 1)
    pickle.code("K\0))tRs0h\0.")
    let result = try checkpoint(ArchiveAssembly(pickle: pickle.bytes, storages: [littleEndian([2])]).bytes)
    #expect(result.tensors["w"]?.shape == [])
    #expect(result.tensors["w"]?.values == [2])
  }

  @Test func untypedStorage() throws {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("w")
        $0.global("torch._utils", "_rebuild_tensor_v3")
        $0.code("(")
        $0.storage("UntypedStorage", key: "0", count: 4)
        $0.integer(1)
        $0.integers([1])
        $0.integers([1])
        $0.code("NN")
        $0.global("torch", "bfloat16")
        $0.code("tR")
      }
    }
    #expect(
      try checkpoint(ArchiveAssembly(pickle: pickle, storages: [[0, 0, 0x80, 0x3F]]).bytes).tensors["w"]?.values == [1])
  }
}
