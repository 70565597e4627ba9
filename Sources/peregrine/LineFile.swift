import ArgumentParser
import Foundation

/// Where lines go: a file or standard output.
struct LineFile {
  private let descriptor: Int32
  private let name: String

  static let standardOutput = LineFile(descriptor: 1, name: "standard output")

  private init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// A new file, or an old one emptied; - is standard output.
  init(_ path: String) throws(CannotWrite) {
    if path == "-" {
      self = .standardOutput
      return
    }
    self.init(descriptor: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666), name: path)
    if descriptor < 0 { throw CannotWrite(path: path, reason: String(cString: strerror(errno))) }
  }

  /// Writes at once, so that whole lines stand in the file and none is held back.
  func write(_ line: String) throws {
    var rest = Array("\(line)\n".utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        throw ExitStatus.brokenPipe
      } else if errno != EINTR {
        throw CannotWrite(path: name, reason: String(cString: strerror(errno)))
      }
    }
  }
}
