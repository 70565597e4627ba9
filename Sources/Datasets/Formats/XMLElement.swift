import Foundation

/// An element of a small XML document, with the line on which it begins.
///
/// Reads what label files contain: elements, text, attributes, comments, CDATA, the five named entities and character
/// references. It resolves nothing outside the file. Foundation's parser would bring libxml2
/// and libcurl into every start of the program.
struct XMLElement {
  let name: String
  let line: Int
  fileprivate(set) var text = ""
  fileprivate(set) var attributes: [String: String] = [:]
  fileprivate(set) var children: [XMLElement] = []

  init(name: String, line: Int) {
    self.name = name
    self.line = line
  }

  func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

extension XMLElement {
  /// The name of a document's root element, from the beginning of the file; nil where it does not look like XML.
  static func rootName(path: String) throws -> String? {
    let start = String(decoding: try FilePath.beginning(of: path, count: 1 << 14), as: UTF8.self)
    return start.firstMatch(of: /<([A-Za-z_][A-Za-z0-9_.:-]*)/).map { String($0.1) }
  }

  /// The document's one root element.
  ///
  /// - Throws: ``DatasetError`` naming the line where the file is not well formed.
  static func read(path: String) throws -> XMLElement {
    var scanner = XMLScanner(path: path, bytes: [UInt8](try FilePath.contents(path)))
    return try scanner.document()
  }
}

/// Walks over the bytes of an XML document. Iterative, so that deep nesting cannot exhaust the stack.
private struct XMLScanner {
  let path: String
  let bytes: [UInt8]
  var position = 0
  var line = 1

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  func failure(_ problem: String, line: Int? = nil) -> DatasetError {
    DatasetError(path: path, line: line ?? self.line, problem: problem)
  }

  func at(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { bytes[position..<position + $0.count].elementsEqual($0) }
  }

  mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { advance() }
  }

  /// Moves behind the next `end` and returns what stands before it.
  mutating func taken(until end: StaticString, of what: String) throws -> ArraySlice<UInt8> {
    let first = line
    let start = position
    while position < bytes.count {
      if at(end) {
        let content = bytes[start..<position]
        for _ in 0..<end.utf8CodeUnitCount { advance() }
        return content
      }
      advance()
    }
    throw failure("\(what) has no end; expected '\(end)'", line: first)
  }

  mutating func document() throws -> XMLElement {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    var open: [XMLElement] = []
    var root: XMLElement?
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let first = line
        let text = try characters()
        if open.isEmpty {
          guard text.allSatisfy(\.isWhitespace) else {
            throw failure("text outside of the root element; expected XML", line: first)
          }
        } else {
          open[open.count - 1].text += text
        }
        continue
      }
      if at("<?") {
        _ = try taken(until: "?>", of: "a processing instruction")
      } else if at("<!--") {
        _ = try taken(until: "-->", of: "a comment")
      } else if at("<![CDATA["), !open.isEmpty {
        position += 9
        open[open.count - 1].text += String(decoding: try taken(until: "]]>", of: "a CDATA section"), as: UTF8.self)
      } else if at("<!DOCTYPE") {
        let declaration = try taken(until: ">", of: "a document type")
        guard !declaration.contains(UInt8(ascii: "[")) else {
          throw failure("a document type with declarations of its own is not read; expected a plain label file")
        }
      } else if at("</") {
        position += 2
        let name = try name()
        skipSpace()
        guard at(">") else { throw failure("expected '>' after '</\(name)'") }
        advance()
        guard let element = open.popLast() else { throw failure("'</\(name)>' closes nothing") }
        guard element.name == name else {
          throw failure("expected '</\(element.name)>' for the element of line \(element.line), found '</\(name)>'")
        }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
      } else {
        guard root == nil else { throw failure("a second root element; expected one") }
        var element = XMLElement(name: "", line: line)
        advance()
        element = XMLElement(name: try name(), line: element.line)
        if try attributesEndElement(of: &element) {
          if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
        } else {
          open.append(element)
          guard open.count <= 64 else { throw failure("elements nested deeper than 64; expected a label file") }
        }
      }
    }
    if let unclosed = open.last {
      throw failure("the file ends inside '<\(unclosed.name)>' of line \(unclosed.line)")
    }
    guard let root else { throw failure("no XML element; expected one root element") }
    return root
  }

  mutating func name() throws -> String {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let isNamePart =
        byte >= 0x80 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x3A
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      guard isNamePart else { break }
      position += 1
    }
    guard position > start else { throw failure("expected a name after '<'") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Moves behind the start tag and keeps its attributes. True where it is an empty element, `<name/>`.
  mutating func attributesEndElement(of element: inout XMLElement) throws -> Bool {
    while true {
      skipSpace()
      if at("/>") {
        position += 2
        return true
      }
      if at(">") {
        position += 1
        return false
      }
      guard position < bytes.count, bytes[position] != UInt8(ascii: "<") else {
        throw failure("the tag '<\(element.name)' has no end; expected '>'")
      }
      let attribute = try name()
      skipSpace()
      guard at("=") else { throw failure("expected '=' after the attribute '\(attribute)'") }
      advance()
      skipSpace()
      let value: ArraySlice<UInt8>
      if at("\"") {
        advance()
        value = try taken(until: "\"", of: "the attribute '\(attribute)'")
      } else if at("'") {
        advance()
        value = try taken(until: "'", of: "the attribute '\(attribute)'")
      } else {
        throw failure("expected a quoted value of the attribute '\(attribute)'")
      }
      var scanner = XMLScanner(path: path, bytes: Array(value))
      scanner.line = line
      element.attributes[attribute] = try scanner.characters()
    }
  }

  /// Text up to the next tag, with its references replaced.
  mutating func characters() throws -> String {
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      guard bytes[position] == UInt8(ascii: "&") else {
        text.append(bytes[position])
        advance()
        continue
      }
      position += 1
      let start = position
      while position < bytes.count, position - start < 12, bytes[position] != UInt8(ascii: ";") { position += 1 }
      let reference = String(decoding: bytes[start..<position], as: UTF8.self)
      guard position < bytes.count, bytes[position] == UInt8(ascii: ";"), let meant = meaning(of: reference) else {
        throw failure("'&\(reference)' is not a reference; expected &amp; for an ampersand")
      }
      position += 1
      text += Array(String(meant).utf8)
    }
    guard let valid = String(validating: text, as: UTF8.self) else { throw failure("not text in UTF-8") }
    return valid
  }

  func meaning(of reference: String) -> Character? {
    switch reference {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let code: UInt32? =
        if reference.hasPrefix("#x") {
          UInt32(reference.dropFirst(2), radix: 16)
        } else if reference.hasPrefix("#") {
          UInt32(reference.dropFirst())
        } else {
          nil
        }
      return code.flatMap(Unicode.Scalar.init).map { Character($0) }
    }
  }
}
