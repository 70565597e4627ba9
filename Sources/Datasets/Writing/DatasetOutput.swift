import Foundation

/// A file or folder that appears whole or not at all.
enum DatasetOutput {
  /// Throws unless nothing is at the path, or an empty folder or file, and the folder around it takes files.
  static func check(_ path: String) throws(DatasetWritingError) {
    if path.isEmpty { throw DatasetWritingError(path: "\"\"", reason: "the path is empty") }
    let place = FilePath.absolute(path)
    let parent = FilePath.folder(of: place)
    guard FilePath.isFolder(parent) else {
      throw DatasetWritingError(path: path, reason: "there is no folder \(parent)")
    }
    guard FileManager.default.isWritableFile(atPath: parent) else {
      throw DatasetWritingError(path: path, reason: "no permission to write in \(parent)")
    }
    guard FilePath.exists(place) else { return }
    if FilePath.isFolder(place) {
      let content = try? FileManager.default.contentsOfDirectory(atPath: place)
      guard content?.isEmpty == true else {
        throw DatasetWritingError(path: path, reason: "the folder is not empty; expected a new one")
      }
    } else {
      let size = try? FileManager.default.attributesOfItem(atPath: place)[.size] as? Int
      guard size == 0 else { throw DatasetWritingError(path: path, reason: "it is there already; expected a new file") }
    }
  }

  /// Runs `body` with a path beside the given one, and moves what it made there to the given one.
  static func write(to path: String, _ body: (String) throws -> Void) throws {
    try check(path)
    let place = FilePath.absolute(path)
    let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let partial = FilePath.joined(
      FilePath.folder(of: place), ".\(FilePath.lastComponent(of: place)).partial-\(number)")
    do {
      try body(partial)
      guard rename(partial, place) == 0 else {
        throw DatasetWritingError(path: path, reason: String(cString: strerror(errno)))
      }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      if error is DatasetError || error is DatasetWritingError { throw error }
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw DatasetWritingError(path: path, reason: (cause ?? error as NSError).localizedDescription)
    }
  }

  /// Writes a text inside a folder, making the folders on the way.
  static func write(_ text: String, to path: String) throws {
    try makeFolder(FilePath.folder(of: path))
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
}
