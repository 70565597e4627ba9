import Testing
import WeightImport

/// Pickles that are no state dict.
struct PyTorchPickleTests {
  /// What is said of an archive with this pickle, without the file's name.
  private func message(_ pickle: [UInt8]) -> String {
    let prefix = "weights.pth: entry \"archive/data.pkl\": "
    let description = refusal(ArchiveAssembly(pickle: pickle, storages: [littleEndian([1, 2])]).bytes)
    #expect(description.hasPrefix(prefix))
    return String(description.dropFirst(prefix.count))
  }

  private func message(_ body: (inout PickleAssembly) -> Void) -> String { message(PickleAssembly.program(body)) }

  /// Whatever the opcode by which it is named, and wherever in the file.
  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "getattr"), ("torch", "load"),
    ("torch.storage", "_load_from_bytes"), ("numpy.core.multiarray", "_reconstruct"), ("models.yolo", "Model"),
    ("torch.FloatStorage", "__reduce__"), ("collections.OrderedDict", "fromkeys"),
  ])
  func code(module: String, name: String) throws {
    let plain = message {
      $0.global(module, name)
      $0.text("echo")
      $0.raw([0x85])
      $0.code("R")
    }
    #expect(plain.hasPrefix("byte 2: \(module).\(name) is refused: a checkpoint's code is never run"))
    let stacked = message { pickle in
      pickle.dictionary {
        $0.text("epoch")
        $0.text(module)
        $0.text(name)
        $0.raw([0x93])
      }
    }
    #expect(stacked.contains("\(module).\(name) is refused"))
    do {
      _ = try checkpoint(ArchiveAssembly(pickle: PickleAssembly.program { $0.global(module, name) }).bytes)
    } catch {
      #expect(error.kind == .refused)
      #expect(error.entry == "archive/data.pkl")
      #expect(error.byte == 2)
    }
  }

  @Test(arguments: [("i", "69 (INST)"), ("o", "6f (OBJ)"), ("P", "50 (PERSID)"), ("S", "53"), ("\u{1}", "01")])
  func opcodes(opcode: String, name: String) {
    #expect(message { $0.code(opcode) } == "byte 2: the opcode 0x\(name) is none of those that a state dict needs")
  }

  @Test func knownClassesAreNotCalledAtWill() {
    #expect(
      message {
        $0.global("torch", "FloatStorage")
        $0.code(")R")
      }.hasSuffix("torch's storage of float32 is called, expected a tensor that refers to it"))
    #expect(message { $0.code("K\u{1})R") } == "byte 5: a number is called, expected one of the known classes")
    #expect(
      message {
        $0.global("collections", "OrderedDict")
        $0.code("K\u{1}R")
      }.hasSuffix("collections.OrderedDict is called with a number, expected a tuple"))
    #expect(message { $0.code("K\u{1}}b") } == "byte 5: attributes are given to a number, expected a dictionary")
    #expect(message { $0.code(")Q") }.contains("a persistent id of another form"))
  }

  @Test func truncated() {
    let whole = vectorPickle(count: 2)
    for count in 0..<whole.count {
      let found = message(Array(whole[..<count]))
      #expect(found.contains("is it truncated?") || found.contains("does not end within"), "\(count): \(found)")
    }
  }

  @Test func trailingBytes() {
    #expect(
      message(vectorPickle(count: 2) + [0x4E]).hasSuffix("the pickle ends here, 1 bytes follow"))
  }

  @Test func claims() {
    // Text and bytes of 2⁶² and of 4 GB.
    #expect(
      message { $0.raw([0x8D, 0, 0, 0, 0, 0, 0, 0, 0x40]) }
        == "byte 2: 4611686018427387904 bytes are expected, the pickle has 1 left: is it truncated?")
    #expect(message { $0.raw([0x8E] + [UInt8](repeating: 255, count: 8)) }.contains("a length of 18446744073709551615"))
    #expect(message { $0.code("B\u{7F}\u{7F}\u{7F}\u{7F}") }.contains("2139062143 bytes are expected"))
    #expect(message { $0.raw([0x8B, 255, 255, 255, 255]) }.contains("4294967295 bytes are expected"))
  }

  @Test func stack() {
    #expect(message { $0.code("0") } == "byte 2: the stack is empty")
    #expect(message { $0.code("N(R") } == "byte 4: 2 values are expected on the stack, there are 0")
    #expect(message { $0.code("N(") } == "byte 4: the stack is empty")
    #expect(message { $0.code("Nt") } == "byte 3: a mark is expected on the stack")
    #expect(message { $0.code("NN") } == "byte 4: the pickle ends with 1 values too many on its stack")
    #expect(message { $0.code("h\u{7}") } == "byte 2: value 7 is used before it is remembered")
    #expect(message { $0.code("}(Nu") } == "byte 5: a key without a value")
    #expect(message { $0.code("NNa") } == "byte 4: items are appended to None, expected a list")
    #expect(message { $0.code("]NNs") } == "byte 5: items are set in a list, expected a dictionary")
    #expect(message { $0.raw([0x80, 6]) } == "byte 2: pickle protocol 6, expected at most 5")
  }

  @Test func nesting() {
    #expect(message { $0.code(String(repeating: "(", count: 600)) }.contains("too deep: 0 on the stack in 501"))
    #expect(message { $0.code(String(repeating: "]", count: 60_000)) }.contains("too deep: 50001 on the stack in 0"))
    // Each tuple holds the one before: nothing is open, and nothing recurses.
    let tuples = PickleAssembly.program { $0.raw([0x29] + Array(repeating: 0x85, count: 150_000)) }
    #expect(
      refusal(ArchiveAssembly(pickle: tuples).bytes)
        == "weights.pth: the file holds a tuple, expected a dictionary of tensors")
  }

  @Test func numbersOfThings() {
    #expect(message { $0.code(String(repeating: "N0", count: 500_001)) }.contains("more than 1000000 opcodes"))
    #expect(message { $0.code(String(repeating: "]0", count: 250_001)) }.contains("more than 200000 objects"))
    #expect(
      message { $0.code("Nr\u{11}\0\0\0") }
        == "byte 3: a value is remembered under the number 17, expected about 0, the next one")
    // One long list, of which dictionary after dictionary is made.
    let repeated = message { pickle in
      pickle.code("](")
      for _ in 0..<10_000 { pickle.raw([0x4E, 0x4E, 0x86]) }
      pickle.code("e")
      pickle.raw([0x85, 0x71, 0, 0x30])
      for _ in 0..<1000 {
        pickle.global("collections", "OrderedDict")
        pickle.code("h\0R0")
      }
    }
    #expect(repeated.contains("more than 200000 objects"))
  }
}
