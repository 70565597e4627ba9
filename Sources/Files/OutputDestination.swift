import Foundation

/// What a path leads to as an output, symbolic links followed.
///
/// Only regular files are ever replaced: devices, FIFOs and open descriptors are written to and stay what they are.
public enum OutputDestination: Hashable, Sendable {
  /// An open descriptor: 1 for `-`; what `/dev/stdout` and `/dev/fd/N` stand for.
  case descriptor(Int32)
  /// A character device.
  case device(String)
  /// A FIFO, whose reader gets what is written.
  case fifo(String)
  /// A regular file, or a name that is free: no link itself, but where links lead.
  case file(String)

  /// As many links as Linux follows.
  private static let mostLinks = 40

  /// Makes, opens and empties nothing.
  ///
  /// - Throws: ``OutputError`` where nothing can be written there: a folder, a socket, a missing folder, a loop of links.
  public init(_ path: String) throws(OutputError) {
    if path == "-" {
      self = .descriptor(1)
      return
    }
    if path.isEmpty { throw OutputError(.refused, path: "\"\"", reason: "the path is empty", code: ENOENT) }
    var place = path
    for _ in 0...Self.mostLinks {
      if let descriptor = Self.descriptor(place) {
        self = try Self.openDescriptor(descriptor, path: path)
        return
      }
      var status = stat()
      guard lstat(place, &status) == 0 else {
        self = .file(try Self.freeName(place, path: path, code: errno))
        return
      }
      guard status.st_mode & S_IFMT == S_IFLNK else {
        self = try Self.existing(place, kind: status.st_mode & S_IFMT, path: path)
        return
      }
      guard let target = Self.target(of: place) else { throw OutputError(.refused, path: path, code: errno) }
      place = target.utf8.first == UInt8(ascii: "/") ? target : PathName.joined(PathName.folder(of: place), target)
    }
    throw OutputError(.refused, path: path, code: ELOOP)
  }

  /// Whether the path leads to what is written to as it is: standard output, another descriptor, a device or a FIFO.
  public static func isStream(_ path: String) -> Bool {
    guard let destination = try? OutputDestination(path) else { return false }
    if case .file = destination { return false }
    return true
  }

  /// How messages call an output.
  public static func name(of path: String) -> String { path == "-" ? "standard output" : path }

  private static func existing(
    _ place: String, kind: mode_t, path: String
  ) throws(OutputError) -> OutputDestination {
    func refused(_ what: String, _ code: Int32) -> OutputError {
      OutputError(.refused, path: path, reason: "it is \(what)", code: code)
    }
    switch kind {
    case S_IFREG:
      try checkFolder(of: place, path: path)
    case S_IFCHR, S_IFIFO: break
    case S_IFDIR: throw refused("a folder", EISDIR)
    case S_IFSOCK: throw refused("a socket", ENXIO)
    default: throw refused("a block device", ENXIO)
    }
    guard access(place, W_OK) == 0 else { throw OutputError(.refused, path: path, code: errno) }
    return switch kind {
    case S_IFCHR: .device(place)
    case S_IFIFO: .fifo(place)
    default: .file(place)
    }
  }

  /// A place where a file can be made.
  private static func freeName(_ place: String, path: String, code: Int32) throws(OutputError) -> String {
    guard code == ENOENT || code == ENOTDIR else { throw OutputError(.refused, path: path, code: code) }
    let trimmed = place.utf8.last == UInt8(ascii: "/")
    try checkFolder(of: trimmed ? String(place.dropLast()) : place, path: path)
    if trimmed { throw OutputError(.refused, path: path, reason: "it names a folder", code: EISDIR) }
    return place
  }

  private static func checkFolder(of place: String, path: String) throws(OutputError) {
    let folder = PathName.folder(of: place)
    guard FileIdentity.isFolder(folder) else {
      throw OutputError(.refused, path: path, reason: "there is no folder \(folder)", code: ENOENT)
    }
    guard access(folder, W_OK) == 0 else {
      throw OutputError(.refused, path: path, reason: "no permission to write in \(folder)", code: errno)
    }
  }

  private static func target(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The number of an open descriptor of this process that the path stands for.
  ///
  /// Such a path must not be opened anew: the regular file or pipe behind it is in use, with a place that was reached.
  private static func descriptor(_ path: String) -> Int32? {
    guard let number = Int32(PathName.lastComponent(of: path)), number >= 0,
      let folder = realpath(PathName.folder(of: path), nil)
    else { return nil }
    defer { free(folder) }
    let own = "/proc/\(getpid())"
    let parts = String(cString: folder).split(separator: "/").map(String.init)
    let isOwn = parts.starts(with: own.split(separator: "/").map(String.init)) && parts.last == "fd"
    return isOwn || String(cString: folder) == "/dev/fd" ? number : nil
  }

  private static func openDescriptor(_ number: Int32, path: String) throws(OutputError) -> OutputDestination {
    let flags = fcntl(number, F_GETFL)
    guard flags >= 0 else { throw OutputError(.refused, path: path, code: errno) }
    guard flags & O_ACCMODE != O_RDONLY else {
      throw OutputError(.refused, path: path, reason: "it is open for reading only", code: EBADF)
    }
    return .descriptor(number)
  }
}
