@preconcurrency import Foundation
import Synchronization

/// Standard output: what a person reads, or else the outputs that were asked for with `-`.
public enum StandardOutput {
  private static let outputs = Atomic<Int32>(1)

  /// Where an output goes that is called `-`.
  static var descriptorForOutputs: Int32 { outputs.load(ordering: .relaxed) }
  public static var isReserved: Bool { descriptorForOutputs != 1 }

  /// From here on standard output belongs to outputs called `-` or `/dev/stdout`; what is printed goes to standard error.
  public static func reserveForOutputs() throws(OutputError) {
    guard !isReserved else { return }
    fflush(nil)
    let copy = fcntl(1, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0, dup2(2, 1) >= 0 else { throw OutputError(.refused, path: "-", code: errno) }
    outputs.store(copy, ordering: .relaxed)
  }

  /// Writes what was printed and is still held back.
  ///
  /// - Throws: ``OutputError`` where some of what was printed got lost. What a person reads on standard error, because an
  ///   output has standard output, is not worth an error.
  public static func finish() throws(OutputError) {
    errno = 0
    let failed = fflush(stdout) != 0 || ferror(stdout) != 0
    guard failed, !isReserved else { return }
    throw OutputError(.failed, path: "-", code: errno == 0 ? EIO : errno)
  }
}

/// Standard error. Writing to it never throws, since there is no other place for a message.
public enum StandardError {
  public static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(2, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }
}

/// What a program sets up before it opens its first file.
public enum StandardStreams {
  /// Makes failing writes errors of the call that writes, where they would end the program: a pipe without a reader, a
  /// limit of file sizes. And takes the numbers of closed standard streams, which an output must not get by chance.
  public static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // Opened the wrong way round, so that using it fails as using a closed one does.
    for (number, flags) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", flags)
    }
  }
}
