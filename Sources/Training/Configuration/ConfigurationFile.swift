import Files
internal import Foundation
internal import Yams

/// Reads YAML over the defaults of a configuration struct, and writes a configuration as YAML.
///
/// The struct is the list of settings: a file names only those that it changes, and a key that the struct does not
/// have is an error. A mapping that is empty in the defaults accepts any key.
public enum ConfigurationFile {
  /// The configuration that `path` describes: `defaults` with the file's values over them.
  ///
  /// - Throws: ``ConfigurationError``.
  public static func read<Configuration: Codable>(
    _ path: String, over defaults: Configuration
  ) throws -> Configuration {
    guard FileManager.default.fileExists(atPath: path) else {
      throw ConfigurationError(path: path, problem: .missing)
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ConfigurationError(path: path, problem: .inaccessible(error.localizedDescription))
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError(path: path, problem: .inaccessible("the file is not UTF-8 text"))
    }
    return try decode(text, path: path, over: defaults)
  }

  /// As ``read(_:over:)``, from text; `path` is for errors.
  ///
  /// - Throws: ``ConfigurationError``.
  public static func decode<Configuration: Codable>(
    _ text: String, path: String? = nil, over defaults: Configuration
  ) throws -> Configuration {
    guard let settings = try compose(text, path: path) else { return defaults }
    let overlay = ConfigurationOverlay(path: path)
    let merged = try overlay.merge(settings, over: try node(of: defaults), keyPath: [])
    do {
      return try YAMLDecoder().decode(Configuration.self, from: merged)
    } catch let error as DecodingError {
      throw overlay.error(for: error, in: settings)
    }
  }

  /// The whole configuration as YAML, in the struct's order.
  public static func text(of configuration: some Encodable) throws -> String {
    try Yams.serialize(node: try node(of: configuration))
  }

  /// Writes ``text(of:)`` to a file, whole or not at all.
  ///
  /// - Throws: `OutputError`.
  public static func write(_ configuration: some Encodable, to path: String) throws {
    try OutputFile.write(try text(of: configuration), to: path)
  }

  /// Every setting as text under its key path ("optimiser.learningRate"), to compare two configurations.
  public static func settings(of configuration: some Encodable) throws -> [String: String] {
    var result: [String: String] = [:]
    func visit(_ node: Node, _ keyPath: String) {
      let prefix = keyPath.isEmpty ? "" : keyPath + "."
      if let mapping = node.mapping {
        for (key, value) in mapping { visit(value, prefix + (key.string ?? "")) }
      } else if let sequence = node.sequence {
        result[keyPath] = sequence.isEmpty ? "[]" : nil
        for (index, value) in sequence.enumerated() { visit(value, prefix + String(index)) }
      } else {
        result[keyPath] = node.scalar?.string ?? ""
      }
    }
    visit(try node(of: configuration), "")
    return result
  }

  private static func compose(_ text: String, path: String?) throws(ConfigurationError) -> Node? {
    if let problem = YAMLAliases.problem(in: text) { throw ConfigurationError(path: path, problem: .syntax(problem)) }
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw ConfigurationError(path: path, line: mark.line, problem: .syntax(problem))
      case .duplicatedKeysInMapping(let duplicates, let context):
        let keys = duplicates.joined(separator: ", ")
        throw ConfigurationError(path: path, line: context.mark.line, problem: .syntax("\(keys) occurs twice"))
      default: throw ConfigurationError(path: path, problem: .syntax("\(error)"))
      }
    } catch {
      throw ConfigurationError(path: path, problem: .syntax("\(error)"))
    }
  }
}

/// A setting that is one of a few words; a wrong word is refused with the list of the right ones.
public protocol ConfigurationChoice: RawRepresentable, CaseIterable, Codable, Sendable where RawValue == String {}

extension ConfigurationChoice {
  public init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    guard let choice = Self(rawValue: word) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected one of \(known), found \"\(word)\""))
    }
    self = choice
  }
}
