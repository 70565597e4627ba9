/// Interprets the opcodes of a pickle that a state dict needs, into values, without running anything.
///
/// Protocols 2 to 5. The opcodes are documented in Python's `pickletools`; the order of operands and the stack's marks
/// follow it.
struct PickleMachine {
  typealias Failure = PyTorchCheckpointError

  var bytes: ArraySlice<UInt8>
  /// Where the next opcode or operand is read, as an index of `bytes`.
  var position: Int
  /// Where the current opcode stands, for errors.
  var opcodePosition: Int
  var stack: [PickleValue] = []
  /// Heights of the stack at which marks stand; nothing below the last is popped before it is.
  var marks: [Int] = []
  /// The values that the pickle remembers, by number; nil where it skipped one.
  var memo: [PickleValue?] = []
  var objects = PickleObjects()
  var objectCount = 0
  /// Whether the pickle may name storages.
  let allowsStorages: Bool

  /// - Parameter bytes: from the pickle's first byte on; positions in errors are their indices.
  init(_ bytes: ArraySlice<UInt8>, allowsStorages: Bool = true) {
    self.bytes = bytes
    position = bytes.startIndex
    opcodePosition = bytes.startIndex
    self.allowsStorages = allowsStorages
  }

  /// The value of the pickle that begins at `position`, which is left behind its last opcode.
  mutating func run() throws(Failure) -> PickleValue {
    stack.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    memo.removeAll(keepingCapacity: true)
    for _ in 0..<PickleLimits.opcodes {
      opcodePosition = position
      let byte = try unsigned(1)
      guard let opcode = PickleOpcode(rawValue: UInt8(byte)) else { throw refusal(of: UInt8(byte)) }
      if opcode == .stop {
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty else {
          throw failure("the pickle ends with \(stack.count) values too many on its stack")
        }
        return result
      }
      try execute(opcode)
      guard stack.count <= PickleLimits.stackDepth, marks.count <= PickleLimits.markDepth else {
        throw failure(
          "values are nested too deep: \(stack.count) on the stack in \(marks.count) levels, expected at most "
            + "\(PickleLimits.stackDepth) in \(PickleLimits.markDepth)")
      }
    }
    throw failure("more than \(PickleLimits.opcodes) opcodes, expected a state dict")
  }

  func failure(_ expectation: String) -> Failure { failure(.malformed, expectation) }

  func failure(_ kind: Failure.Kind, _ expectation: String) -> Failure {
    Failure(kind, byte: opcodePosition, expectation)
  }

  private func refusal(of byte: UInt8) -> Failure {
    let known: [UInt8: String] = [
      UInt8(ascii: "i"): "INST", UInt8(ascii: "o"): "OBJ", UInt8(ascii: "P"): "PERSID", 0x82: "EXT1", 0x83: "EXT2",
      0x84: "EXT4",
    ]
    let digits = String(byte, radix: 16)
    let name = known[byte].map { " (\($0))" } ?? ""
    return failure(
      known[byte] == nil ? .malformed : .refused,
      "the opcode 0x\(byte < 16 ? "0" : "")\(digits)\(name) is none of those that a state dict needs")
  }
}
