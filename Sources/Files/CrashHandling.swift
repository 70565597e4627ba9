internal import CCrashHandler

/// What becomes of the program where it cannot go on.
///
/// Swift ends a program that is refused memory by a signal, and so do libraries in C++; OpenMP's calls `exit` where it gets
/// no thread. Such an end leaves no temporary file of an output, and has an exit code of its own.
public enum CrashHandling {
  /// From here on a crash removes the files that are being written. Where the process has a limit of memory, a sentence
  /// says that memory ran out, and the exit code is this one; other crashes are left to the system. For the main thread.
  public static func install(exitCodeWithoutMemory code: Int32) { pch_install(code) }

  /// Ends the program, as its own wish: once ``install(exitCodeWithoutMemory:)`` was called, `exit` counts as a crash.
  public static func exit(_ status: Int32) -> Never { pch_exit(status) }
}

/// A temporary file or folder that a crash removes, until it has got its name or is gone.
struct CrashCleanup: Sendable {
  private let number: Int32

  init(removing path: String) { number = pch_register_temporary(path) }

  func end() { pch_forget_temporary(number) }
}
