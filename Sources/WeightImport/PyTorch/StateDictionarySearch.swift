/// Looks for the dictionaries of a checkpoint that hold tensors.
struct StateDictionarySearch {
  /// A dictionary of tensors, or those of its tensors whose names begin alike.
  struct Candidate {
    /// The keys that lead to it, joined by points; with the word before its names where it is a part.
    var key: String
    var dictionary: Int
    /// What the names begin with.
    var prefix = ""
    /// Smaller is likelier to be the model; nil where nothing says that it is one.
    var rank: Int?
  }

  private let objects: PickleObjects
  /// Each is looked through once, however many keys lead to it: whether it holds tensors of one model.
  private var seen: [Int: Bool] = [:]
  private var found: [Candidate] = []

  /// Dictionaries within dictionaries within the top level.
  private static let maximumDepth = 3
  /// Words of running averages of the weights.
  private static let averages = ["ema", "averag", "teacher", "swa"]
  /// Words of what stands beside the weights and holds tensors as well.
  private static let others = ["optim", "sched", "scaler", "rng", "callback", "loops", "hparam", "hyper", "sampler"]
  /// Words before the names of a model within another.
  private static let parts = ["model", "module", "net", "network", "student", "_orig_mod"]

  init(_ objects: PickleObjects) { self.objects = objects }

  static func holdsTensors(_ dictionary: Int, _ objects: PickleObjects) -> Bool {
    objects.dictionaries[dictionary].contains { if case .tensor = $0.value { true } else { false } }
  }

  /// In the file's order; of the top level itself only where it holds a model and its average side by side.
  func candidates(in top: Int) throws(PyTorchCheckpointError) -> [Candidate] {
    var search = self
    search.seen[top] = false
    search.addParts(of: top, path: [])
    try search.visit(top, path: [])
    return search.found
  }

  private mutating func visit(_ dictionary: Int, path: [String]) throws(PyTorchCheckpointError) {
    var names: Set<String> = []
    for case (.text(let name), .dictionary(let index)) in objects.dictionaries[dictionary] {
      guard names.insert(name).inserted else {
        throw PyTorchCheckpointError(.malformed, "the key \"\(name.prefix(60))\" occurs twice")
      }
      let lowercased = name.lowercased()
      let isOther = Self.others.contains { lowercased.contains($0) }
      let keys = path + [name]
      let isNew = seen[index] == nil
      guard isNew && !isOther || path.isEmpty else { continue }
      let holdsModel = seen[index] ?? (Self.holdsTensors(index, objects) && !addParts(of: index, path: keys))
      seen[index] = holdsModel
      if holdsModel {
        found.append(Candidate(key: keys.joined(separator: "."), dictionary: index, rank: isOther ? nil : rank(keys)))
      }
      if isNew, keys.count < Self.maximumDepth, !isOther { try visit(index, path: keys) }
    }
  }

  /// Adds a model and its average where one dictionary holds both.
  @discardableResult
  private mutating func addParts(of dictionary: Int, path: [String]) -> Bool {
    var words: [String] = []
    for case (.text(let name), .tensor) in objects.dictionaries[dictionary] {
      guard let point = name.firstIndex(of: ".") else { continue }
      let word = String(name[..<point])
      if !words.contains(word) { words.append(word) }
      if words.count > 16 { return false }
    }
    let averages = words.filter { word in Self.averages.contains { word.lowercased().contains($0) } }
    let models = words.filter { Self.parts.contains($0) }
    guard !averages.isEmpty, models.count == 1 else { return false }
    for word in models + averages {
      let keys = path + [word]
      found.append(
        Candidate(key: keys.joined(separator: "."), dictionary: dictionary, prefix: "\(word).", rank: rank(keys)))
    }
    return true
  }

  /// By the likeliest of the words that lead there; averages come behind all others.
  private func rank(_ keys: [String]) -> Int? {
    let known = keys.compactMap { PyTorchCheckpoint.wellKnownKeys.firstIndex(of: $0) }.min()
    guard let known else { return nil }
    let isAverage = keys.contains { key in Self.averages.contains { key.lowercased().contains($0) } }
    return known + (isAverage ? PyTorchCheckpoint.wellKnownKeys.count : 0)
  }
}
