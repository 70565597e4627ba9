import Files
import Foundation

/// A JSON list that is written element by element, one a line.
///
/// The file has its name only once the list is whole; until then it is a temporary file beside it.
public final class JSONListFile {
  private let writer: OutputWriter
  private let encoder = JSONEncoder.forLines
  private var isEmpty = true

  private init(_ writer: OutputWriter) { self.writer = writer }

  /// Writes `path` with what `body` appends. When `body` throws, nothing is written.
  ///
  /// Throws what `body` throws, and an `OutputError` where the file cannot be written.
  public static func write(to path: String, _ body: (JSONListFile) throws -> Void) throws {
    try OutputFile.write(to: path) { writer in
      let file = JSONListFile(writer)
      try body(file)
      try writer.write(Array((file.isEmpty ? "[]\n" : "\n]\n").utf8))
    }
  }

  /// The same where there is a path; else `body` gets nil, and nothing is written.
  public static func write(ifNamed path: String?, _ body: (JSONListFile?) throws -> Void) throws {
    guard let path else { return try body(nil) }
    try write(to: path) { try body($0) }
  }

  /// Writes an element.
  public func append(_ element: some Encodable) throws {
    var line = Array((isEmpty ? "[\n" : ",\n").utf8)
    line += try encoder.encode(element)
    try writer.write(line)
    isEmpty = false
  }
}

extension JSONEncoder {
  /// Keys in alphabetical order, everything on one line.
  static var forLines: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
