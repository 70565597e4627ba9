extension PickleMachine {
  mutating func pushGlobal(module: String, name: String) throws(Failure) {
    // Picklers write each name once, and refer to it afterwards.
    try countObject(8)
    guard let global = PickleGlobal(module: module, name: name) else {
      throw failure(
        .refused,
        "\(module.prefix(200)).\(name.prefix(200)) is refused: a checkpoint's code is never run, and a state dict needs no such class; "
          + "where a whole model was saved, load it in PyTorch and save its weights alone: "
          + "torch.save(model.state_dict(), \"weights.pth\")")
    }
    stack.append(.global(global))
  }

  /// What Python would get by calling `callee`: one of the few values that are known without calling anything.
  mutating func construct(_ callee: PickleValue, arguments: PickleValue) throws(Failure) {
    guard case .global(let global) = callee else {
      throw failure("\(callee.kind) is called, expected one of the known classes")
    }
    guard case .tuple = arguments, let items = objects.items(of: arguments) else {
      throw failure("\(global) is called with \(arguments.kind), expected a tuple")
    }
    switch global {
    case .orderedDictionary:
      try pushDictionary(try pairs(items.first))
    case .rebuildTensor, .rebuildTypedTensor: try pushTensor(items, isTyped: global == .rebuildTypedTensor)
    case .rebuildParameter:
      guard case .tensor? = items.first, let tensor = items.first else {
        throw failure("a parameter is made of \(items.first?.kind ?? "nothing"), expected a tensor")
      }
      stack.append(tensor)
    case .size:
      guard let first = items.first, objects.items(of: first) != nil else {
        throw failure("torch.Size of \(items.first?.kind ?? "nothing"), expected a tuple")
      }
      stack.append(first)
    case .ignored: stack.append(.ignored)
    case .storage, .elementType: throw failure("\(global) is called, expected a tensor that refers to it")
    }
  }

  /// Python 2 wrote an ordered dictionary as a list of pairs.
  private mutating func pairs(_ argument: PickleValue?) throws(Failure) -> [PickleValue] {
    guard let argument else { return [] }
    guard let pairs = objects.items(of: argument) else {
      throw failure("a dictionary is made of \(argument.kind), expected pairs")
    }
    // Counted, since the same list could be named again and again.
    try countObject(pairs.count)
    var items: [PickleValue] = []
    for pair in pairs {
      guard let pair = objects.items(of: pair), pair.count == 2 else {
        throw failure("a dictionary is made of items, expected pairs")
      }
      items.append(contentsOf: pair)
    }
    return items
  }

  private mutating func pushTensor(_ items: ArraySlice<PickleValue>, isTyped: Bool) throws(Failure) {
    let operands = Array(items.prefix(7))
    guard operands.count >= (isTyped ? 7 : 4), case .storage(let index) = operands[0],
      case .integer(let offset) = operands[1],
      let shape = objects.integers(of: operands[2], atMost: PickleLimits.tensorRank),
      let strides = objects.integers(of: operands[3], atMost: PickleLimits.tensorRank)
    else {
      throw failure(
        "a tensor is made of \(operands.map(\.kind).joined(separator: ", ")), expected a storage, an offset, "
          + "a shape and strides of at most \(PickleLimits.tensorRank) axes")
    }
    let storage = objects.storages[index]
    var elementType = storage.elementType
    if isTyped {
      guard case .global(.elementType(let type)) = operands[6] else {
        throw failure("a tensor's type is \(operands[6].kind), expected one of torch's")
      }
      guard storage.elementType == .untyped || storage.elementType == type else {
        throw failure("a tensor of \(type.rawValue) lies in a storage of \(storage.elementType.rawValue)")
      }
      elementType = type
    }
    try countObject()
    stack.append(.tensor(objects.tensors.count))
    objects.tensors.append(
      PickleTensor(storage: storage, elementType: elementType, offset: offset, shape: shape, strides: strides))
  }

  /// Attributes are read over: of dictionaries (`_metadata`), of ignored objects, of parameters (flags).
  mutating func build(state: PickleValue) throws(Failure) {
    let target = try top()
    switch target {
    case .dictionary, .ignored: return
    case .tensor:
      // Older tensors took their very contents from here.
      if let items = objects.items(of: state), case .storage? = items.first { break }
      return
    default: break
    }
    throw failure("attributes are given to \(target.kind), expected a dictionary")
  }

  /// The reference to a storage that PyTorch writes as a persistent id.
  mutating func pushStorage(_ identifier: PickleValue) throws(Failure) {
    let items = Array((objects.items(of: identifier) ?? []).prefix(6))
    guard allowsStorages, items.count >= 5, case .text("storage") = items[0],
      case .global(.storage(let type)) = items[1], case .text(let key) = items[2],
      case .integer(let elementCount) = items[4], elementCount >= 0
    else {
      throw failure("a persistent id of another form, expected (\"storage\", class, key, device, count)")
    }
    try countObject()
    stack.append(.storage(objects.storages.count))
    objects.storages.append(
      PickleStorage(
        key: key, elementType: type, elementCount: elementCount,
        visible: try visiblePart(of: elementCount, view: items.count > 5 ? items[5] : .none, key: key)))
  }

  /// The elements that a view of a storage shows, (key, first, count); all of them where there is no view.
  private func visiblePart(of elementCount: Int, view: PickleValue, key: String) throws(Failure) -> Range<Int> {
    if case .none = view { return 0..<elementCount }
    guard let items = objects.items(of: view).map({ Array($0.prefix(4)) }), items.count == 3,
      case .integer(let first) = items[1], case .integer(let count) = items[2], first >= 0, count >= 0,
      first <= elementCount, count <= elementCount - first
    else { throw failure("a view of the storage \"\(key)\" that does not lie within its \(elementCount) elements") }
    return first..<first + count
  }
}
