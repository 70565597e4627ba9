import Models
internal import Yams

/// Lays the settings that a user wrote over the defaults, and says where a setting stands when it is wrong.
struct ConfigurationOverlay {
  /// For errors.
  let path: String?

  /// `defaults` with the values of `settings` in place of its own, mapping by mapping; sequences are replaced whole.
  func merge(_ settings: Node, over defaults: Node, keyPath: [String]) throws(ConfigurationError) -> Node {
    guard let known = defaults.mapping else {
      if let first = defaults.sequence?.first, let elements = settings.sequence {
        for element in elements { try checkKeys(of: element, against: first) }
      }
      return settings
    }
    // "schedule:" with all its lines commented out.
    if settings.scalar != nil, settings.tag == Tag(.null) { return defaults }
    guard let given = settings.mapping else {
      throw ConfigurationError(
        path: path, line: settings.mark?.line,
        problem: .wrongValue(
          key: keyPath.isEmpty ? "the file" : keyPath.joined(separator: "."),
          expectation: "expected settings of the form \"key: value\""))
    }
    guard !known.isEmpty else { return settings }
    try checkKeys(of: settings, against: defaults)
    var pairs: [(Node, Node)] = []
    for (key, value) in known {
      let name = key.string ?? ""
      guard let setting = given.first(where: { $0.key.string == name })?.value else {
        pairs.append((key, value))
        continue
      }
      pairs.append((key, try merge(setting, over: value, keyPath: keyPath + [name])))
    }
    return Node(pairs)
  }

  /// The error of a decoder as one that names the key path and the user's line.
  func error(for error: DecodingError, in settings: Node) -> ConfigurationError {
    let codingPath: [any CodingKey]
    let expectation: String
    switch error {
    case .typeMismatch(let type, let context):
      codingPath = context.codingPath
      expectation = "expected \(Self.words(for: type)), found \(Self.text(of: node(at: codingPath, in: settings)))"
    case .valueNotFound(let type, let context):
      codingPath = context.codingPath
      expectation = "expected \(Self.words(for: type))"
    case .keyNotFound(let key, let context):
      codingPath = context.codingPath
      expectation = "expected a key \"\(key.stringValue)\""
    case .dataCorrupted(let context):
      codingPath = context.codingPath
      expectation = context.debugDescription
    @unknown default:
      codingPath = []
      expectation = "\(error)"
    }
    let key = codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return ConfigurationError(
      path: path, line: node(at: codingPath, in: settings)?.mark?.line,
      problem: .wrongValue(key: key.isEmpty ? "the file" : key, expectation: expectation))
  }

  private func checkKeys(of settings: Node, against defaults: Node) throws(ConfigurationError) {
    guard let known = defaults.mapping, !known.isEmpty, let given = settings.mapping else { return }
    let names = known.compactMap { $0.key.string }
    for (key, _) in given {
      let name = key.string ?? ""
      guard names.contains(name) else {
        throw ConfigurationError(
          path: path, line: key.mark?.line,
          problem: .unknownKey(name, nearest: EditDistance.nearest(to: name, in: names)))
      }
    }
  }

  /// The deepest node on a key path that the user wrote.
  private func node(at codingPath: [any CodingKey], in settings: Node) -> Node? {
    var node = settings
    for key in codingPath {
      if let index = key.intValue, let sequence = node.sequence, sequence.indices.contains(index) {
        node = sequence[index]
      } else if let next = node.mapping?.first(where: { $0.key.string == key.stringValue })?.value {
        node = next
      } else {
        break
      }
    }
    return node
  }

  private static func words(for type: Any.Type) -> String {
    switch type {
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "text"
    case is Node.Sequence.Type: "a list"
    case is Node.Mapping.Type: "settings of the form \"key: value\""
    case is Node.Scalar.Type: "one value"
    default: "a value of type \(type)"
    }
  }

  private static func text(of node: Node?) -> String {
    switch node {
    case .scalar(let scalar): "\"\(scalar.string)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias, .none: "nothing"
    }
  }
}
