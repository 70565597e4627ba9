import Files

/// A Darknet `.cfg` as text: sections of `key=value` lines, in order, with the lines that they stand on.
///
/// Knows nothing of networks; see ``DarknetNetwork`` for what the sections mean.
public struct DarknetConfigurationFile: Hashable, Sendable {
  /// One `[name]` and what follows it. Of a key that stands there twice the first counts, as in Darknet.
  public struct Section: Hashable, Sendable {
    public var name: String
    public var line: Int
    public var entries: [Entry] = []
  }

  public struct Entry: Hashable, Sendable {
    public var key: String
    public var value: String
    public var line: Int
  }

  /// What stands for the file in errors.
  public var path: String
  /// The text as it was read.
  public let source: String
  public var sections: [Section]

  /// Larger files are refused; YOLOv4's has 12 kB.
  static let maximumByteCount = InputLimits.darknetConfigurationBytes
  static let maximumSectionCount = InputLimits.darknetSections

  /// Throws a ``DarknetError`` that names the file and the line.
  public init(contentsOf path: String) throws(DarknetError) {
    try self.init(
      DarknetFile.text(of: path, atMost: Self.maximumByteCount, expected: "a Darknet .cfg"), path: path)
  }

  /// Throws a ``DarknetError`` that names the line.
  public init(_ text: String, path: String) throws(DarknetError) {
    self.path = path
    source = text
    sections = []
    func failure(_ line: Int, _ problem: String) -> DarknetError {
      DarknetError(path: path, line: line, problem: problem)
    }
    guard text.utf8.count <= Self.maximumByteCount else {
      throw DarknetError(
        path: path, problem: "\(text.utf8.count) bytes; expected a .cfg of at most \(Self.maximumByteCount)")
    }
    // Before the text is taken apart, which takes longer.
    if let line = Self.lineOfExcess(in: text) {
      throw failure(line, "more than \(Self.maximumSectionCount) sections")
    }
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let number = index + 1
      let content = raw.prefix { $0 != "#" && $0 != ";" }.trimmed
      if content.isEmpty { continue }
      if content.hasPrefix("[") {
        guard content.hasSuffix("]"), content.count > 2 else {
          throw failure(number, "\"\(content.prefix(40))\" is no section; expected [name]")
        }
        guard sections.count < Self.maximumSectionCount else {
          throw failure(number, "more than \(Self.maximumSectionCount) sections")
        }
        sections.append(Section(name: String(content.dropFirst().dropLast()).trimmed.lowercased(), line: number))
        continue
      }
      guard let sign = content.firstIndex(of: "=") else {
        throw failure(number, "\"\(content.prefix(40))\" is no setting; expected key=value")
      }
      guard !sections.isEmpty else {
        throw failure(number, "a setting before the first section; expected [net]")
      }
      sections[sections.count - 1].entries.append(
        Entry(key: content[..<sign].trimmed, value: content[content.index(after: sign)...].trimmed, line: number))
    }
    guard let first = sections.first else {
      throw DarknetError(path: path, problem: "no section; expected a Darknet .cfg that begins with [net]")
    }
    guard first.name == "net" || first.name == "network" else {
      throw failure(first.line, "begins with [\(first.name)]; expected [net]")
    }
  }

  /// The line of the first section beyond the limit, by the first bytes of lines; nil where there is none.
  private static func lineOfExcess(in text: String) -> Int? {
    var text = text
    return text.withUTF8 { bytes in
      var (line, count, isAtStart) = (1, 0, true)
      for (place, byte) in bytes.enumerated() {
        let isFeed = byte == UInt8(ascii: "\n")
        if isFeed || byte == UInt8(ascii: "\r") {
          // A line feed behind a carriage return ends the same line.
          if !isFeed || place == 0 || bytes[place - 1] != UInt8(ascii: "\r") { line += 1 }
          isAtStart = true
        } else if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
          if isAtStart, byte == UInt8(ascii: "[") { count += 1 }
          isAtStart = false
          if count > maximumSectionCount { return line }
        }
      }
      return nil
    }
  }
}

extension DarknetConfigurationFile {
  /// The sections again as a `.cfg`, without comments.
  public var text: String {
    sections.map { section in
      (["[\(section.name)]"] + section.entries.map { "\($0.key)=\($0.value)" }).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// The same network for another number of classes: the heads and the filters of the convolutions before them. Classes
  /// become independent of each other, as the loss has them.
  ///
  /// - Precondition: a ``DarknetNetwork`` can be made of it.
  public func withClasses(_ count: Int) -> DarknetConfigurationFile {
    var result = self
    for index in sections.indices where ["yolo", "region"].contains(sections[index].name) {
      let values = Dictionary(sections[index].entries.map { ($0.key, $0.value) }) { first, _ in first }
      let old = values["classes"].flatMap { Int($0) } ?? 20
      result.sections[index].set("classes", "\(count)")
      if sections[index].name == "region" { result.sections[index].set("softmax", "0") }
      let filters = sections[index - 1].entries.first { $0.key == "filters" }.flatMap { Int($0.value) } ?? 0
      result.sections[index - 1].set("filters", "\(filters / (5 + old) * (5 + count))")
    }
    return result
  }
}

extension DarknetConfigurationFile.Section {
  fileprivate mutating func set(_ key: String, _ value: String) {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = value
    } else {
      entries.append(.init(key: key, value: value, line: line))
    }
  }
}

extension StringProtocol {
  /// Without white space at either end.
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
