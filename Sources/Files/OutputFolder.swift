import Foundation
import Synchronization

/// A folder that a user named for outputs.
public enum OutputFolder {
  /// Throws unless the folder is there, or can be made, and takes files. Makes nothing: a run that fails before it
  /// begins leaves no folder.
  public static func check(_ path: String) throws(OutputError) {
    if path.isEmpty { throw OutputError(.refused, path: "\"\"", reason: "the path is empty", code: ENOENT) }
    if path == "-" {
      throw OutputError(.misused, path: path, reason: "expected a folder (./- for one of that name)")
    }
    // Without slashes at the end, which would hide that a file stands there.
    func trimmed(_ path: String) -> String {
      var bytes = Array(path.utf8)
      while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
      return String(decoding: bytes, as: UTF8.self)
    }
    var existing = trimmed(path)
    var status = stat()
    while stat(existing, &status) != 0 {
      guard errno == ENOENT || errno == ENOTDIR else { throw OutputError(.refused, path: path, code: errno) }
      if lstat(existing, &status) == 0 {
        throw OutputError(.refused, path: path, reason: "\(existing) is a link into nothing", code: ENOENT)
      }
      existing = trimmed(PathName.folder(of: existing))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(.refused, path: path, reason: "\(existing) is a file", code: ENOTDIR)
    }
    guard access(existing, W_OK) == 0 else {
      throw OutputError(.refused, path: path, reason: "no permission to write in \(existing)", code: errno)
    }
  }

  /// Whether nothing is in the folder, or there is none.
  public static func isEmpty(_ path: String) throws(OutputError) -> Bool {
    guard FileIdentity.isFolder(path) else { return true }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
    } catch {
      throw OutputError(.refused, path: path, reason: "the folder cannot be listed")
    }
  }

  /// A temporary folder that is being filled.
  private struct Held {
    /// Holds the lock.
    var descriptor: Int32
    var cleanup: CrashCleanup
  }

  /// Temporary folders by path.
  private static let held = Mutex<[String: Held]>([:])

  /// Makes a folder beside a place, to be renamed to it once it is whole; ``endTemporary(_:)`` says that it was.
  ///
  /// - Parameter path: as the user gave the place.
  public static func makeTemporary(besides place: String, path: String) throws(OutputError) -> String {
    sweep(PathName.folder(of: place))
    for number in 0..<10_000 {
      let temporary = OutputFile.temporaryPath(besides: place, number: number)
      if mkdir(temporary, 0o777) == 0 {
        let descriptor = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return temporary }
        if TemporaryName.lock(descriptor) {
          held.withLock { $0[temporary] = Held(descriptor: descriptor, cleanup: CrashCleanup(removing: temporary)) }
          return temporary
        }
        close(descriptor)
      } else if errno != EEXIST {
        break
      }
    }
    throw OutputError(.refused, path: path, code: errno)
  }

  /// To be called once a temporary folder has been renamed or removed.
  public static func endTemporary(_ temporary: String) {
    guard let held = held.withLock({ $0.removeValue(forKey: temporary) }) else { return }
    held.cleanup.end()
    close(held.descriptor)
  }

  /// Removes the temporary files and folders that killed runs left in a folder.
  public static func sweep(_ folder: String) { TemporaryName.sweep(folder) }

  /// Makes a folder where it is missing.
  public static func make(_ path: String) throws(OutputError) {
    try check(path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw OutputError(.refused, path: path, reason: "the folder cannot be made")
    }
  }
}
