extension PickleMachine {
  mutating func execute(_ opcode: PickleOpcode) throws(Failure) {
    switch opcode {
    case .stop: break
    case .proto:
      let version = try unsigned(1)
      guard version <= 5 else { throw failure(.unsupported, "pickle protocol \(version), expected at most 5") }
    // How a stream is cut does not matter to bytes that are all there.
    case .frame: _ = try unsigned(8)
    case .mark: marks.append(stack.count)
    case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .none: stack.append(.none)
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .binInt: stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case .binInt1: stack.append(.integer(try unsigned(1)))
    case .binInt2: stack.append(.integer(try unsigned(2)))
    case .long1: stack.append(try long(byteCount: unsigned(1)))
    case .long4: stack.append(try long(byteCount: unsigned(4)))
    case .binFloat:
      _ = try take(8)
      stack.append(.number)
    case .binUnicode, .binString: try pushText(byteCount: unsigned(4))
    case .shortBinUnicode, .shortBinString: try pushText(byteCount: unsigned(1))
    case .binUnicode8: try pushText(byteCount: unsigned(8))
    case .binBytes: try pushBytes(byteCount: unsigned(4))
    case .shortBinBytes: try pushBytes(byteCount: unsigned(1))
    case .binBytes8, .byteArray8: try pushBytes(byteCount: unsigned(8))
    case .emptyTuple: stack.append(.tuple(start: 0, count: 0))
    case .tuple: try pushTuple(popToMark())
    case .tuple1: try pushTuple(pop(1))
    case .tuple2: try pushTuple(pop(2))
    case .tuple3: try pushTuple(pop(3))
    case .emptyList: try pushList([])
    case .list: try pushList(popToMark())
    case .append: try extend(with: pop(1))
    case .appends, .addItems: try extend(with: popToMark())
    case .emptyDict: try pushDictionary([])
    case .dict: try pushDictionary(popToMark())
    case .setItem: try setItems(pop(2))
    case .setItems: try setItems(popToMark())
    case .emptySet: stack.append(.ignored)
    case .frozenSet:
      _ = try popToMark()
      stack.append(.ignored)
    case .binGet: try get(unsigned(1))
    case .longBinGet: try get(unsigned(4))
    case .binPut: try put(unsigned(1))
    case .longBinPut: try put(unsigned(4))
    case .memoize: try put(memo.count)
    case .global:
      let module = try line()
      let name = try line()
      try pushGlobal(module: module, name: name)
    case .stackGlobal:
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw failure("a class is named by \(names[0].kind) and \(names[1].kind), expected text")
      }
      try pushGlobal(module: module, name: name)
    case .reduce, .newObject:
      let operands = try pop(2)
      try construct(operands[0], arguments: operands[1])
    case .newObjectEx:
      let operands = try pop(3)
      try construct(operands[0], arguments: operands[1])
    case .build: try build(state: pop())
    case .binPersId: try pushStorage(pop())
    }
  }

  private mutating func pushTuple(_ items: [PickleValue]) throws(Failure) {
    try countObject()
    stack.append(.tuple(start: objects.tupleItems.count, count: items.count))
    objects.tupleItems.append(contentsOf: items)
  }

  private mutating func pushList(_ items: [PickleValue]) throws(Failure) {
    try countObject()
    stack.append(.list(objects.lists.count))
    objects.lists.append(items)
  }

  mutating func pushDictionary(_ items: [PickleValue]) throws(Failure) {
    try countObject(2)
    stack.append(.dictionary(objects.dictionaries.count))
    objects.dictionaries.append([])
    try setItems(items)
  }

  private mutating func extend(with items: [PickleValue]) throws(Failure) {
    switch try top() {
    case .list(let index): objects.lists[index].append(contentsOf: items)
    case .ignored: break
    case let other: throw failure("items are appended to \(other.kind), expected a list")
    }
  }

  /// Keys and values by turns; a key that occurs twice is kept twice, for the state dict to refuse.
  private mutating func setItems(_ items: [PickleValue]) throws(Failure) {
    guard items.count.isMultiple(of: 2) else { throw failure("a key without a value") }
    switch try top() {
    case .dictionary(let index):
      for first in stride(from: 0, to: items.count, by: 2) {
        objects.dictionaries[index].append((items[first], items[first + 1]))
      }
    case .ignored: break
    case let other: throw failure("items are set in \(other.kind), expected a dictionary")
    }
  }

  private mutating func get(_ index: Int) throws(Failure) {
    guard index < memo.count, let value = memo[index] else {
      throw failure("value \(index) is used before it is remembered")
    }
    stack.append(value)
  }

  private mutating func put(_ index: Int) throws(Failure) {
    guard index <= memo.count + PickleLimits.memoGap else {
      throw failure("a value is remembered under the number \(index), expected about \(memo.count), the next one")
    }
    while memo.count <= index { memo.append(nil) }
    memo[index] = try top()
  }
}
