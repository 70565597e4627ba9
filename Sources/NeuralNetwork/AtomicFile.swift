internal import Glibc

/// Writes a file so that a reader sees the old bytes or the new ones, never a part.
///
/// Temporary file in the same folder, fsync, rename, fsync of the folder.
public enum AtomicFile {
  /// Where the bytes of a file that is being written go.
  public struct Writer {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(AtomicFileError) {
      var written = 0
      while written < bytes.count {
        // Linux transfers at most 0x7ffff000 bytes a call; a smaller piece also keeps signals prompt.
        let piece = min(bytes.count - written, 1 << 30)
        let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, piece)
        if count < 0 {
          if errno == EINTR { continue }
          throw AtomicFileError(path: path, operation: "write", code: errno)
        }
        written += count
      }
    }

    /// Appends bytes.
    public func write(_ bytes: [UInt8]) throws(AtomicFileError) {
      do {
        try bytes.withUnsafeBytes { try write($0) }
      } catch let error as AtomicFileError {
        throw error
      } catch {
        throw AtomicFileError(path: path, operation: "write", code: EIO)
      }
    }
  }

  /// Writes `path` with what `body` appends. Where `previousPath` is given and `path` exists, the old file is kept
  /// there; at every moment `path` names a whole file.
  ///
  /// - Throws: ``AtomicFileError``, or what `body` throws; then `path` is as before and no temporary file stays.
  public static func write(
    to path: String, keepingPreviousAs previousPath: String? = nil, _ body: (Writer) throws -> Void
  ) throws {
    let temporaryPath = "\(path).\(getpid()).partial"
    unlink(temporaryPath)
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw AtomicFileError(path: path, operation: "create", code: errno) }
    var isOpen = true
    do {
      try body(Writer(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw AtomicFileError(path: path, operation: "fsync", code: errno) }
      isOpen = false
      guard close(descriptor) == 0 else { throw AtomicFileError(path: path, operation: "close", code: errno) }
      if let previousPath { try keep(path, as: previousPath) }
      guard rename(temporaryPath, path) == 0 else {
        throw AtomicFileError(path: path, operation: "rename", code: errno)
      }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporaryPath)
      throw error
    }
    try synchroniseFolder(of: path)
  }

  /// Gives `path` a second name, replacing what had that name; nothing to do where `path` does not exist.
  private static func keep(_ path: String, as previousPath: String) throws(AtomicFileError) {
    guard access(path, F_OK) == 0 else { return }
    let temporaryPath = "\(previousPath).\(getpid()).partial"
    unlink(temporaryPath)
    // Not every file system has hard links; there the old file is moved, and `path` is absent for a moment.
    let moved = link(path, temporaryPath) == 0 ? rename(temporaryPath, previousPath) : rename(path, previousPath)
    guard moved == 0 else { throw AtomicFileError(path: previousPath, operation: "rename", code: errno) }
    // Renaming one link of a file over another link of the same file leaves both.
    unlink(temporaryPath)
  }

  private static func synchroniseFolder(of path: String) throws(AtomicFileError) {
    let folder: String
    switch path.lastIndex(of: "/") {
    case .none: folder = "."
    case .some(path.startIndex): folder = "/"
    case .some(let slash): folder = String(path[..<slash])
    }
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw AtomicFileError(path: folder, operation: "open folder", code: errno) }
    defer { close(descriptor) }
    // Some file systems cannot fsync a folder and say EINVAL: nothing more can be done there.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw AtomicFileError(path: folder, operation: "fsync folder", code: errno)
    }
  }
}

/// Why a file could not be written.
public struct AtomicFileError: Error, Equatable, CustomStringConvertible {
  public var path: String
  /// The system call that failed, in words.
  public var operation: String
  /// `errno`.
  public var code: Int32

  /// The system's words.
  public var reason: String { String(cString: strerror(code)) }
  public var description: String { "\(path): cannot \(operation): \(reason)" }
}
