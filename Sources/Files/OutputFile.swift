import Foundation

/// Writes an output that a user named: a regular file whole or not at all, anything else as it is.
///
/// A regular file is written under a temporary name in the same folder (`.peregrine-PID-N.partial`) and renamed, so that
/// a reader sees the old bytes or the new ones; what a killed run left under such a name is removed by the next one that
/// writes into the folder; the permissions of the old one are kept, and a symbolic link stays one
/// while its target is replaced. Devices, FIFOs and open descriptors (``OutputDestination``) get the bytes as they come.
public enum OutputFile {
  /// Writes `path` with what `body` appends. Where `previousPath` is given and `path` exists, the old file is kept
  /// there; at every moment `path` names a whole file.
  ///
  /// - Parameter isSynchronised: Wait until a regular file is on the disk.
  /// - Throws: ``OutputError``, or what `body` throws; then a regular file is as before and no temporary file stays.
  public static func write(
    to path: String, keepingPreviousAs previousPath: String? = nil, isSynchronised: Bool = true,
    _ body: (OutputWriter) throws -> Void
  ) throws {
    guard case .file(let place) = try OutputDestination(path) else {
      let writer = try OutputWriter(appendingTo: path)
      try body(writer)
      return try writer.close()
    }
    TemporaryName.sweepOnce(PathName.folder(of: place))
    let (descriptor, temporary) = try createTemporary(besides: place, path: path)
    // Held until the file has its name; the writer closes its own descriptor before.
    let lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    defer { if lock >= 0 { _ = Foundation.close(lock) } }
    let cleanup = CrashCleanup(removing: temporary)
    defer { cleanup.end() }
    let writer = OutputWriter(descriptor: descriptor, path: path, isOwned: true)
    do {
      try keepPermissions(of: place, on: descriptor)
      try body(writer)
      if isSynchronised, fsync(descriptor) != 0 { throw OutputError(.failed, path: path, code: errno) }
      try writer.close()
      if let previousPath { try keep(place, as: previousPath) }
      guard rename(temporary, place) == 0 else { throw OutputError(.refused, path: path, code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    if isSynchronised { try synchroniseFolder(of: place, path: path) }
  }

  /// Writes bytes.
  public static func write(_ bytes: some ContiguousBytes, to path: String, isSynchronised: Bool = true) throws {
    try write(to: path, isSynchronised: isSynchronised) { writer in try bytes.withUnsafeBytes { try writer.write($0) } }
  }

  /// Writes a text as UTF-8.
  public static func write(_ text: String, to path: String, isSynchronised: Bool = true) throws {
    try write(Array(text.utf8), to: path, isSynchronised: isSynchronised)
  }

  /// Writes a value as JSON with keys in order; where it is no regular file, with a line feed at the end.
  ///
  /// - Throws: ``OutputError``, also for what JSON cannot say, such as a number that is not finite.
  public static func writeJSON(
    _ value: some Encodable, to path: String, formatting: JSONEncoder.OutputFormatting = []
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    var data: Data
    do {
      data = try encoder.encode(value)
    } catch {
      throw OutputError(.failed, path: path, reason: "JSON has no form for it: \(error)")
    }
    if OutputDestination.isStream(path) { data.append(UInt8(ascii: "\n")) }
    try write(data, to: path)
  }

  /// A name in the same folder that no other output has, nor one that a killed run left.
  ///
  /// It does not contain the output's own name, which may be as long as names can be.
  static func temporaryPath(besides place: String, number: Int) -> String {
    TemporaryName.path(in: PathName.folder(of: place), number: number)
  }

  private static func createTemporary(
    besides place: String, path: String
  ) throws(OutputError) -> (descriptor: Int32, path: String) {
    for number in 0..<10_000 {
      let temporary = temporaryPath(besides: place, number: number)
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        if TemporaryName.lock(descriptor) { return (descriptor, temporary) }
        close(descriptor)
        continue
      }
      if errno != EEXIST { break }
    }
    throw OutputError(.refused, path: path, code: errno)
  }

  private static func keepPermissions(of place: String, on descriptor: Int32) throws(OutputError) {
    var status = stat()
    guard stat(place, &status) == 0 else { return }
    // Only root may give files away; for others the new file is theirs, as any file that they write.
    if geteuid() == 0 { _ = fchown(descriptor, status.st_uid, status.st_gid) }
    guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else {
      throw OutputError(.refused, path: place, code: errno)
    }
  }

  /// Gives `path` a second name, replacing what had that name; nothing to do where `path` does not exist.
  private static func keep(_ path: String, as previousPath: String) throws(OutputError) {
    guard access(path, F_OK) == 0 else { return }
    let temporary = temporaryPath(besides: previousPath, number: 10_000)
    unlink(temporary)
    // Not every file system has hard links; there the old file is moved, and `path` is absent for a moment.
    let moved = link(path, temporary) == 0 ? rename(temporary, previousPath) : rename(path, previousPath)
    guard moved == 0 else { throw OutputError(.refused, path: previousPath, code: errno) }
    // Renaming one link of a file over another link of the same file leaves both.
    unlink(temporary)
  }

  private static func synchroniseFolder(of place: String, path: String) throws(OutputError) {
    let descriptor = open(PathName.folder(of: place), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder may let files be made in it and not let itself be read; the file is whole all the same.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems cannot fsync a folder and say EINVAL: nothing more can be done there.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw OutputError(.failed, path: path, code: errno) }
  }
}
