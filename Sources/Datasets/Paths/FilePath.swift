import Files
import Foundation

/// Taking the text of a path apart, and listing folders in a fixed order.
enum FilePath {
  static func lastComponent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func fileExtension(of path: String) -> String {
    let name = lastComponent(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  static func withoutExtension(_ path: String) -> String {
    let suffix = fileExtension(of: path)
    return suffix.isEmpty ? path : String(path.dropLast(suffix.count + 1))
  }

  static func stem(of path: String) -> String { withoutExtension(lastComponent(of: path)) }

  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func isFolder(_ path: String) -> Bool {
    var folder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &folder) && folder.boolValue
  }

  /// The files in a folder with one of the extensions, in order of name; hidden ones are left out.
  static func files(in folder: String, extensions: Set<String>) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") && extensions.contains(fileExtension(of: $0)) }
        .sorted()
    } catch {
      throw DatasetError(path: folder, problem: "cannot list this folder: \(error.localizedDescription)")
    }
  }

  /// The same through all folders within, links to folders followed, as paths relative to `folder`.
  static func filesWithin(_ folder: String, extensions: Set<String>) throws -> [String] {
    var unreadable: [String] = []
    let found = FolderListing.files(
      within: folder, where: { extensions.contains(fileExtension(of: $0)) }, unreadable: { unreadable.append($0) })
    guard let found, unreadable.isEmpty else {
      throw DatasetError(path: unreadable.first ?? folder, problem: "cannot list this folder")
    }
    return found
  }

  /// The folder inside `parent` that has one of the names, capital letters or not; the first of the names is preferred,
  /// and a folder whose name is exactly so.
  static func folder(named names: [String], in parent: String) -> String? {
    if let exact = names.first(where: { isFolder(joined(parent, $0)) }) { return joined(parent, exact) }
    guard let inside = try? FileManager.default.contentsOfDirectory(atPath: parent) else { return nil }
    let folded = names.map { $0.lowercased() }
    let fitting = inside.filter { folded.contains($0.lowercased()) && isFolder(joined(parent, $0)) }
    return fitting.count == 1 ? joined(parent, fitting[0]) : nil
  }

  /// Throws where reading would wait for a writer, or never end.
  static func checkIsNotSpecial(_ path: String) throws(DatasetError) {
    if let special = SpecialFile(path) { throw DatasetError(path: path, problem: "\(special)") }
  }

  /// At most `count` bytes from the start of a file.
  static func beginning(of path: String, count: Int) throws -> Data {
    try checkIsNotSpecial(path)
    guard let file = FileHandle(forReadingAtPath: path), !isFolder(path) else {
      throw DatasetError(path: path, problem: exists(path) ? "cannot be read" : "there is no such file")
    }
    defer { try? file.close() }
    do {
      return try file.read(upToCount: count) ?? Data()
    } catch {
      throw DatasetError(path: path, problem: "cannot be read: \(error.localizedDescription)")
    }
  }

  static func contents(_ path: String) throws -> Data {
    try checkIsNotSpecial(path)
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(
        path: path, problem: exists(path) ? "cannot be read: \(error.localizedDescription)" : "there is no such file")
    }
  }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
