import Files

/// Walks over the bytes of an XML document. Iterative, so that deep nesting cannot exhaust the stack.
struct XMLScanner {
  let path: String
  /// UTF-8.
  let bytes: [UInt8]
  private var position = 0
  private var mark = TextMark()

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// - Parameter offset: Of the byte at which something is wrong; where nil, the one that comes next.
  private func failure(_ problem: String, at offset: Int? = nil) -> DatasetError {
    var place = TextMark()
    bytes.withUnsafeBufferPointer { place.advance(to: min(offset ?? position, bytes.count), in: $0) }
    return DatasetError(path: path, line: place.line, column: place.column, problem: problem)
  }

  private func at(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { bytes[position..<position + $0.count].elementsEqual($0) }
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 0x20, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  /// Moves behind the next `end` and returns what stands before it.
  @discardableResult
  private mutating func taken(until end: StaticString, of what: String) throws -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count {
      if at(end) {
        let content = bytes[start..<position]
        position += end.utf8CodeUnitCount
        return content
      }
      position += 1
    }
    throw failure("\(what) has no end; expected '\(end)'", at: start)
  }

  /// The root element, with everything in it.
  mutating func document() throws -> XMLElement {
    var open: [(element: XMLElement, tag: String)] = []
    var root: XMLElement?
    func close(_ element: XMLElement) {
      if open.isEmpty { root = element } else { open[open.count - 1].element.children.append(element) }
    }
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") {
        let first = position
        let text = try characters(upTo: bytes.count)
        if open.isEmpty {
          guard text.allSatisfy(\.isWhitespace) else {
            throw failure("text outside of the root element; expected XML", at: first)
          }
        } else {
          open[open.count - 1].element.text += text
        }
      } else if at("<![CDATA["), !open.isEmpty {
        position += 9
        open[open.count - 1].element.text += String(
          decoding: try taken(until: "]]>", of: "a CDATA section"), as: UTF8.self)
      } else if try passOver() {
        continue
      } else if at("</") {
        let first = position
        position += 2
        let tag = try name()
        skipSpace()
        guard at(">") else { throw failure("expected '>' after '</\(tag)'") }
        position += 1
        guard let (element, opening) = open.popLast() else { throw failure("'</\(tag)>' closes nothing", at: first) }
        guard opening == tag else {
          throw failure(
            "expected '</\(opening)>' for the element of line \(element.line), found '</\(tag)>'", at: first)
        }
        close(element)
      } else {
        guard root == nil else { throw failure("a second root element; expected one") }
        let (element, tag, isEmpty) = try startTag()
        if isEmpty {
          close(element)
        } else {
          open.append((element, tag))
          guard open.count <= InputLimits.xmlNesting else {
            throw failure("elements nested deeper than \(InputLimits.xmlNesting); expected a label file")
          }
        }
      }
    }
    if let (unclosed, tag) = open.last { throw failure("the file ends inside '<\(tag)>' of line \(unclosed.line)") }
    guard let root else { throw failure("no XML element; expected one root element") }
    return root
  }

  /// Passes over a processing instruction, a comment or the document type, if one comes next.
  private mutating func passOver() throws -> Bool {
    if at("<?") {
      try taken(until: "?>", of: "a processing instruction")
    } else if at("<!--") {
      try taken(until: "-->", of: "a comment")
    } else if at("<!DOCTYPE") {
      try skipDocumentType()
    } else {
      return false
    }
    return true
  }

  /// Declarations of elements and attributes say nothing about labels; entities would stand for text that is elsewhere.
  private mutating func skipDocumentType() throws {
    let first = position
    var depth = 0
    while position < bytes.count {
      let byte = bytes[position]
      if at("<!--") {
        try taken(until: "-->", of: "a comment")
        continue
      }
      if at("<!ENTITY") {
        throw failure("a document type with entities of its own is not read; expected a plain label file")
      }
      position += 1
      if byte == UInt8(ascii: "\"") {
        try taken(until: "\"", of: "a text in the document type")
      } else if byte == UInt8(ascii: "'") {
        try taken(until: "'", of: "a text in the document type")
      } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "]") {
        depth -= 1
        if depth == 0 { return }
      }
    }
    throw failure("a document type has no end; expected '>'", at: first)
  }

  /// An element's start with its attributes, the name as it stands in the file, and whether it is `<name/>`.
  private mutating func startTag() throws -> (XMLElement, tag: String, isEmpty: Bool) {
    bytes.withUnsafeBufferPointer { mark.advance(to: position, in: $0) }
    position += 1
    let tag = try name()
    let local = tag.split(separator: ":").last.map(String.init) ?? tag
    var element = XMLElement(name: local, line: mark.line, column: mark.column)
    let isEmpty = try attributesEndElement(of: &element)
    return (element, tag, isEmpty)
  }

  private mutating func name() throws -> String {
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
  private mutating func attributesEndElement(of element: inout XMLElement) throws -> Bool {
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
      position += 1
      skipSpace()
      guard position < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[position]) else {
        throw failure("expected a quoted value of the attribute '\(attribute)'")
      }
      let first = position
      guard let end = bytes[(first + 1)...].firstIndex(of: bytes[first]) else {
        throw failure("the attribute '\(attribute)' has no end; expected '\(Character(.init(bytes[first])))'")
      }
      position += 1
      element.attributes[attribute] = try characters(upTo: end)
      guard position == end else { throw failure("'<' in the attribute '\(attribute)'; expected &lt;") }
      position += 1
    }
  }

  /// Text up to the next tag or `limit`, with its references replaced.
  private mutating func characters(upTo limit: Int) throws -> String {
    var text: [UInt8] = []
    while position < limit, bytes[position] != UInt8(ascii: "<") {
      guard bytes[position] == UInt8(ascii: "&") else {
        text.append(bytes[position])
        position += 1
        continue
      }
      let first = position
      position += 1
      while position < limit, position - first < 13, bytes[position] != UInt8(ascii: ";") { position += 1 }
      let reference = String(decoding: bytes[(first + 1)..<position], as: UTF8.self)
      guard position < limit, bytes[position] == UInt8(ascii: ";"), let meant = meaning(of: reference) else {
        throw failure("'&\(reference)' is not a reference; expected &amp; for an ampersand", at: first)
      }
      position += 1
      text += Array(String(meant).utf8)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func meaning(of reference: String) -> Character? {
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
