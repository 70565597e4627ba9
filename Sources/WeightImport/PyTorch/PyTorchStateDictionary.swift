/// The state dict of a checkpoint: its tensors' names, in the file's order, and where in the file it was found.
struct PyTorchStateDictionary {
  /// The keys that lead to it, joined by points; nil where it is the top level itself.
  var key: String?
  /// Where the file has others.
  var otherKeys: [String] = []
  var tensors: [(name: String, tensor: PickleTensor)] = []

  /// The dictionary that `key` names, or the one that the file can only mean.
  init(in value: PickleValue, objects: PickleObjects, key: String?) throws(PyTorchCheckpointError) {
    guard case .dictionary(let index) = value else {
      throw PyTorchCheckpointError(.noStateDict, "the file holds \(value.kind), expected a dictionary of tensors")
    }
    let top = objects.dictionaries[index]
    let nested = try StateDictionarySearch(objects).candidates(in: index)
    if let key {
      guard let found = nested.first(where: { $0.key == key }) else {
        throw PyTorchCheckpointError(.noStateDict, "no tensors under the key \"\(key)\"; \(Self.describe(top, nested))")
      }
      try take(found, objects)
    } else if let found = try Self.choice(
      of: nested, besideTensors: StateDictionarySearch.holdsTensors(index, objects), top: top)
    {
      try take(found, objects)
    } else {
      tensors = try Self.tensors(of: index, objects)
    }
    otherKeys = nested.map(\.key).filter { $0 != self.key }
    try removePrefixes()
  }

  private mutating func take(
    _ candidate: StateDictionarySearch.Candidate, _ objects: PickleObjects
  ) throws(PyTorchCheckpointError) {
    key = candidate.key
    tensors = try Self.tensors(of: candidate.dictionary, objects).filter { $0.name.hasPrefix(candidate.prefix) }
    for index in tensors.indices { tensors[index].name.removeFirst(candidate.prefix.count) }
  }

  /// Nil where the top level is the state dict.
  private static func choice(
    of nested: [StateDictionarySearch.Candidate], besideTensors: Bool, top: [(key: PickleValue, value: PickleValue)]
  ) throws(PyTorchCheckpointError) -> StateDictionarySearch.Candidate? {
    let known = nested.compactMap { candidate in candidate.rank.map { (candidate: candidate, rank: $0) } }
    // The first of those that rank alike, in the file's order.
    if let best = known.map(\.rank).min() { return known.first { $0.rank == best }?.candidate }
    if besideTensors { return nil }
    guard nested.count == 1 else {
      throw PyTorchCheckpointError(.noStateDict, "no state dict that is clearly the one; \(describe(top, nested))")
    }
    return nested[0]
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

  /// Wrappers of a model put a word before every name: data-parallel training `module.`, training programs `model.` and
  /// `ema.`, compilation `_orig_mod.`, which may stand before a part of the model too.
  private mutating func removePrefixes() throws(PyTorchCheckpointError) {
    // How often an average was taken, which no model has.
    tensors.removeAll { $0.name.split(separator: ".").last == "n_averaged" && $0.tensor.shape.isEmpty }
    for index in tensors.indices where tensors[index].name.contains("_orig_mod.") {
      let parts = tensors[index].name.split(separator: ".", omittingEmptySubsequences: false)
      tensors[index].name = parts.filter { $0 != "_orig_mod" }.joined(separator: ".")
    }
    while let prefix = Self.wrappers.first(where: { prefix in
      !tensors.isEmpty && tensors.allSatisfy { $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }
    }) {
      for index in tensors.indices { tensors[index].name.removeFirst(prefix.count) }
    }
    var names: Set<String> = []
    if let twice = tensors.first(where: { !names.insert($0.name).inserted }) {
      throw PyTorchCheckpointError(
        .malformed, tensor: twice.name, "this name occurs twice, compiled (_orig_mod) and as it is")
    }
  }

  private static let wrappers = ["module.", "model.", "ema.", "ema_model.", "net."]

  /// The keys of the file and those under which there are tensors, for an error.
  private static func describe(
    _ top: [(key: PickleValue, value: PickleValue)], _ nested: [StateDictionarySearch.Candidate]
  ) -> String {
    func quoted(_ name: String) -> String { "\"\(name.prefix(60))\"" }
    let names = top.prefix(20).map { if case .text(let name) = $0.key { quoted(name) } else { $0.key.kind } }
    let more = top.count > names.count ? " and \(top.count - names.count) more" : ""
    let holders = nested.prefix(20).map { quoted($0.key) }.joined(separator: ", ")
    return (names.isEmpty ? "the file has no keys" : "the file has the keys \(names.joined(separator: ", "))\(more)")
      + (holders.isEmpty ? ", none of them with tensors" : "; there are tensors under \(holders)")
  }
}
