internal import Foundation
internal import Yams

extension ConfigurationFile {
  /// A configuration as YAML, in the struct's order, every number exact and written as people write it.
  static func node(of configuration: some Encodable) throws -> Node {
    let yaml = try Yams.compose(yaml: YAMLEncoder().encode(configuration)) ?? Node([(Node, Node)]())
    // Yams rounds to 15 digits and writes 0.01 as 1e-2; JSON keeps every digit but not the order.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: ".inf", negativeInfinity: "-.inf", nan: ".nan")
    let text = String(decoding: try encoder.encode(configuration), as: UTF8.self)
    return try withNumbers(of: Yams.compose(yaml: text), in: yaml)
  }

  private static func withNumbers(of exact: Node?, in node: Node) -> Node {
    switch node {
    case .scalar(var scalar):
      guard node.tag == Tag(.float), let value = exact?.scalar?.string else { return node }
      scalar.string = Double(value).map { "\($0)" } ?? value
      return .scalar(scalar)
    case .mapping(let mapping):
      let pairs = mapping.map { key, value in
        (key, withNumbers(of: exact?.mapping?.first { $0.key.string == key.string }?.value, in: value))
      }
      return Node(pairs, .implicit, mapping.style)
    case .sequence(let sequence):
      let elements = sequence.enumerated().map { index, element in
        withNumbers(of: exact?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }, in: element)
      }
      return Node(elements, .implicit, sequence.style)
    case .alias: return node
    }
  }
}
