import Foundation

/// An element of a small XML document, with the place at which it begins.
///
/// Reads what label files contain: elements, text, attributes, comments, CDATA, the five named entities and character
/// references, in any encoding that the C library knows. It resolves nothing outside the file and no entities of the
/// document's own. Foundation's parser would bring libxml2 and libcurl into every start of the program.
struct XMLElement {
  /// Without the prefix of its namespace.
  let name: String
  /// From 1, like the column, which counts characters.
  let line: Int
  let column: Int
  var text = ""
  var attributes: [String: String] = [:]
  var children: [XMLElement] = []

  func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

extension XMLElement {
  /// The name of a document's root element, from the beginning of the file; nil where it does not look like XML.
  static func rootName(path: String) throws -> String? {
    let bytes = [UInt8](try FilePath.beginning(of: path, count: 1 << 14))
    let start = try XMLEncoding.decoded(bytes, path: path, isWhole: false)
    let text = String(decoding: start, as: UTF8.self)
    return text.firstMatch(of: /<(?:[A-Za-z_][A-Za-z0-9_.-]*:)?([A-Za-z_][A-Za-z0-9_.-]*)/).map { String($0.1) }
  }

  /// The document's one root element.
  ///
  /// - Throws: ``DatasetError`` naming line and column where the file is not well formed, or not in its encoding.
  static func read(path: String) throws -> XMLElement {
    let bytes = try XMLEncoding.decoded([UInt8](try FilePath.contents(path)), path: path)
    var scanner = XMLScanner(path: path, bytes: bytes)
    return try scanner.document()
  }

  /// Something that is wrong with this element.
  func failure(_ problem: String, path: String) -> DatasetError {
    DatasetError(path: path, line: line, column: column, problem: problem)
  }
}
