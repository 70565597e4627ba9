import Foundation

/// Reading the files that make a Darknet model.
package enum DarknetFile {
  /// A file's bytes, mapped; a file that is too large for what it should be is not read.
  package static func bytes(of path: String, atMost limit: Int? = nil) throws(DarknetError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DarknetError(kind: .missing, path: path, problem: "no such file")
    }
    if isFolder.boolValue { throw DarknetError(path: path, problem: "is a folder; expected a file") }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw DarknetError(kind: .unreadable, path: path, problem: "cannot be read")
    }
    if let limit, data.count > limit {
      throw DarknetError(path: path, problem: "\(data.count) bytes; expected a text file of at most \(limit)")
    }
    return data
  }

  package static func text(of path: String, atMost limit: Int, expected: String) throws(DarknetError) -> String {
    guard let text = String(data: try bytes(of: path, atMost: limit), encoding: .utf8) else {
      throw DarknetError(path: path, problem: "not text; expected \(expected)")
    }
    return text
  }
}

/// A Darknet `.cfg`, `.weights` or names file that cannot be imported.
public struct DarknetError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure it is, for exit codes.
  public enum Kind: Hashable, Sendable {
    case missing
    case unreadable
    case malformed
  }

  public var kind: Kind
  public var path: String
  /// From 1, in a text file where it is known.
  public var line: Int?
  public var problem: String

  public init(kind: Kind = .malformed, path: String, line: Int? = nil, problem: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
  }

  public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
