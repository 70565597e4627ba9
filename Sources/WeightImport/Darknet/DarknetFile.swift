import Foundation

/// Reading the files that make a Darknet model.
enum DarknetFile {
  /// A file's bytes, mapped; a file that is too large for what it should be is not read.
  static func bytes(of path: String, atMost limit: Int? = nil) throws(DarknetError) -> Data {
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

  static func text(of path: String, atMost limit: Int, expected: String) throws(DarknetError) -> String {
    guard let text = String(data: try bytes(of: path, atMost: limit), encoding: .utf8) else {
      throw DarknetError(path: path, problem: "not text; expected \(expected)")
    }
    return text
  }
}
