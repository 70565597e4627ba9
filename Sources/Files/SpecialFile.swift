#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands where a file was expected, and would have its reader wait or never end.
public enum SpecialFile: String, Hashable, Sendable, CustomStringConvertible {
  case fifo = "a FIFO"
  case socket = "a socket"
  case device = "a device"

  /// Looks without opening, links followed.
  ///
  /// Nil for a regular file, a folder and where nothing is; and for what is named in `/dev` or `/proc`, which nobody
  /// names by chance: `/dev/stdin`, and a shell's `<(…)`.
  public init?(_ path: String) {
    var status = stat()
    guard !path.utf8.starts(with: "/dev/".utf8), !path.utf8.starts(with: "/proc/".utf8), stat(path, &status) == 0
    else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFDIR: return nil
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// For behind a path and a colon.
  public var description: String { "is \(rawValue); expected a regular file" }
}
