import Foundation

/// A folder or file that the user gave and that cannot be written.
struct CannotWrite: Error, CustomStringConvertible {
  var path: String
  var reason: String
  var description: String { "\(path): cannot be written: \(reason)" }

  /// Throws unless the folder is there, or can be made, and takes files. Makes nothing: a run that fails before it
  /// begins leaves no folder.
  static func checkFolder(_ path: String) throws(CannotWrite) {
    var existing = URL(fileURLWithPath: path).standardizedFileURL.path
    while isFolder(existing) == nil, existing != "/" { existing = (existing as NSString).deletingLastPathComponent }
    guard isFolder(existing) == true else { throw CannotWrite(path: path, reason: "\(existing) is a file") }
    if path.isEmpty { throw CannotWrite(path: "\"\"", reason: "the path is empty") }
    if !FileManager.default.isWritableFile(atPath: existing) {
      throw CannotWrite(path: path, reason: "no permission to write in \(existing)")
    }
  }

  /// Makes a folder where it is missing.
  static func makeFolder(_ path: String) throws(CannotWrite) {
    try checkFolder(path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CannotWrite(path: path, reason: "the folder cannot be made")
    }
  }

  /// Throws unless a file can be made at the path, so that nothing is computed in vain.
  static func checkFile(_ path: String?) throws(CannotWrite) {
    guard let path else { return }
    if path.isEmpty { throw CannotWrite(path: "\"\"", reason: "the path is empty") }
    let folder = (path as NSString).deletingLastPathComponent
    let parent = folder.isEmpty ? "." : folder
    if isFolder(parent) != true { throw CannotWrite(path: path, reason: "there is no folder \(parent)") }
    if !FileManager.default.isWritableFile(atPath: parent) {
      throw CannotWrite(path: path, reason: "no permission to write in \(parent)")
    }
    if isFolder(path) == true { throw CannotWrite(path: path, reason: "it is a folder") }
  }

  /// Throws where a file to be written is one of the files to be read.
  static func checkDistinct(_ written: [String], from read: [String]) throws(CannotWrite) {
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    let sources = Set(read.map(real))
    if let path = written.first(where: { sources.contains(real($0)) }) {
      throw CannotWrite(path: path, reason: "it is one of the images to be read; choose another folder")
    }
  }

  /// Runs `write`, and turns its errors into one sentence that names the path.
  static func writing(to path: String, _ write: () throws -> Void) throws(CannotWrite) {
    do {
      try write()
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw CannotWrite(path: path, reason: (cause ?? error as NSError).localizedDescription)
    }
  }

  /// Whether there is a folder at the path; nil where there is nothing.
  private static func isFolder(_ path: String) -> Bool? {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
  }
}
