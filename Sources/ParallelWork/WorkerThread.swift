import Foundation

/// A thread of the system's.
///
/// Foundation's own threads do not say whether they could be started, and whoever waits for one that was not waits for
/// ever.
enum WorkerThread {
  private static let stackByteCount = 8 << 20

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a thread of its own.
  ///
  /// - Throws: ``ThreadError`` where the system grants no more threads, or no memory for their stacks.
  static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackByteCount)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let held = Unmanaged.passRetained(
      Body {
        Thread.current.name = name
        body()
      })
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, held.toOpaque())
    guard code == 0 else {
      held.release()
      throw ThreadError(code: code)
    }
  }
}

/// The system started no thread.
public struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The system's error number.
  public var code: Int32

  public var description: String {
    "no thread could be started (\(String(cString: strerror(code)))); threads take memory, and their number may be limited"
  }
}
