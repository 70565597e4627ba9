/// The state dict of a checkpoint: its tensors' names, in the file's order, and where in the file it was found.
struct PyTorchStateDictionary {
  /// The key of the top level that holds it; nil where it is the top level itself.
  var key: String?
  var tensors: [(name: String, tensor: PickleTensor)] = []

  /// The dictionary that `key` names, or the one that the file can only mean.
  init(in value: PickleValue, objects: PickleObjects, key: String?) throws(PyTorchCheckpointError) {
    guard case .dictionary(let index) = value else {
      throw PyTorchCheckpointError(.noStateDict, "the file holds \(value.kind), expected a dictionary of tensors")
    }
    let top = objects.dictionaries[index]
    let nested = try Self.nestedDictionaries(of: top, objects)
    if let key {
      guard let found = nested.first(where: { $0.key == key }) else {
        throw PyTorchCheckpointError(.noStateDict, "no tensors under the key \"\(key)\"; \(Self.describe(top, nested))")
      }
      self.key = key
      tensors = try Self.tensors(of: found.index, objects)
    } else if let found = try Self.choice(of: nested, besideTensors: Self.holdsTensors(index, objects), top: top) {
      self.key = found.key
      tensors = try Self.tensors(of: found.index, objects)
    } else {
      tensors = try Self.tensors(of: index, objects)
    }
    removeCommonPrefix()
  }

  /// Nil where the top level is the state dict.
  private static func choice(
    of nested: [(key: String, index: Int)], besideTensors: Bool, top: [(key: PickleValue, value: PickleValue)]
  ) throws(PyTorchCheckpointError) -> (key: String, index: Int)? {
    for known in PyTorchCheckpoint.wellKnownKeys {
      if let found = nested.first(where: { $0.key == known }) { return found }
    }
    if besideTensors { return nil }
    guard nested.count == 1 else {
      throw PyTorchCheckpointError(.noStateDict, "no state dict that is clearly the one; \(describe(top, nested))")
    }
    return nested[0]
  }

  /// The dictionaries of the top level that hold tensors themselves.
  private static func nestedDictionaries(
    of top: [(key: PickleValue, value: PickleValue)], _ objects: PickleObjects
  ) throws(PyTorchCheckpointError) -> [(key: String, index: Int)] {
    var nested: [(key: String, index: Int)] = []
    var names: Set<String> = []
    // Many keys may lead to one dictionary, which is looked through once.
    var isHolder: [Int: Bool] = [:]
    for case (.text(let name), .dictionary(let index)) in top {
      guard names.insert(name).inserted else {
        throw PyTorchCheckpointError(.malformed, "the key \"\(name.prefix(60))\" occurs twice")
      }
      let holds = isHolder[index] ?? holdsTensors(index, objects)
      isHolder[index] = holds
      if holds { nested.append((name, index)) }
    }
    return nested
  }

  private static func holdsTensors(_ dictionary: Int, _ objects: PickleObjects) -> Bool {
    objects.dictionaries[dictionary].contains { if case .tensor = $0.value { true } else { false } }
  }

  private static func tensors(
    of dictionary: Int, _ objects: PickleObjects
  ) throws(PyTorchCheckpointError) -> [(name: String, tensor: PickleTensor)] {
    var result: [(name: String, tensor: PickleTensor)] = []
    var names: Set<String> = []
    for (key, value) in objects.dictionaries[dictionary] {
      guard case .tensor(let index) = value else { continue }
      guard case .text(let name) = key else {
        throw PyTorchCheckpointError(.malformed, "a tensor is named by \(key.kind), expected text")
      }
      guard names.insert(name).inserted else {
        throw PyTorchCheckpointError(.malformed, tensor: name, "this name occurs twice")
      }
      result.append((name, objects.tensors[index]))
    }
    return result
  }

  /// Data-parallel training puts "module." before every name.
  private mutating func removeCommonPrefix() {
    let prefix = "module."
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }) else { return }
    for index in tensors.indices { tensors[index].name.removeFirst(prefix.count) }
  }

  /// The keys of the file and those under which there are tensors, for an error.
  private static func describe(
    _ top: [(key: PickleValue, value: PickleValue)], _ nested: [(key: String, index: Int)]
  ) -> String {
    func quoted(_ name: String) -> String { "\"\(name.prefix(60))\"" }
    let names = top.prefix(20).map { if case .text(let name) = $0.key { quoted(name) } else { $0.key.kind } }
    let more = top.count > names.count ? " and \(top.count - names.count) more" : ""
    let holders = nested.prefix(20).map { quoted($0.key) }.joined(separator: ", ")
    return (names.isEmpty ? "the file has no keys" : "the file has the keys \(names.joined(separator: ", "))\(more)")
      + (holders.isEmpty ? ", none of them with tensors" : "; there are tensors under \(holders)")
  }
}
