import Files
import Foundation

/// A dataset's folder, or its one file, that appears whole or not at all.
enum DatasetOutput {
  /// Throws unless nothing is at the path, or an empty folder or file, or for one file a device or FIFO that takes it;
  /// and unless the folder around it takes files.
  static func check(_ path: String, isOneFile: Bool) throws(OutputError) {
    if !isOneFile {
      try OutputFolder.check(path)
      let parent = FilePath.folder(of: FilePath.absolute(path))
      guard FilePath.isFolder(parent) else {
        throw OutputError(.refused, path: path, reason: "there is no folder \(parent)", code: ENOENT)
      }
      guard try OutputFolder.isEmpty(path) else {
        throw OutputError(.refused, path: path, reason: "the folder is not empty; expected a new one", code: ENOTEMPTY)
      }
    } else if case .file(let place) = try OutputDestination(path),
      let size = try? FileManager.default.attributesOfItem(atPath: place)[.size] as? Int, size > 0
    {
      throw OutputError(.refused, path: path, reason: "it is there already; expected a new file", code: EEXIST)
    }
  }

  /// Runs `body` with the path of a new folder beside the given one, and moves it to the given one, or where a link
  /// there leads.
  static func writeFolder(to path: String, _ body: (String) throws -> Void) throws {
    try check(path, isOneFile: false)
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let partial = try OutputFolder.makeTemporary(besides: place, path: path)
    defer { OutputFolder.endTemporary(partial) }
    do {
      try body(partial)
      guard rename(partial, place) == 0 else { throw OutputError(.refused, path: path, code: errno) }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      if error is DatasetError { throw error }
      if var error = error as? OutputError {
        // Where the output would have been; the temporary folder is gone.
        error.path = path + error.path.dropFirst(error.path.hasPrefix(partial) ? partial.count : error.path.count)
        throw error
      }
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw OutputError(.failed, path: path, reason: (cause ?? error as NSError).localizedDescription)
    }
  }

  /// Writes a text, making the folders on the way.
  static func write(_ text: String, to path: String) throws {
    try makeFolder(FilePath.folder(of: path))
    try OutputFile.write(text, to: path, isSynchronised: false)
  }

  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw OutputError(.failed, path: path, code: cause.map { Int32($0.code) } ?? EIO)
    }
  }
}
