internal import Foundation
internal import Synchronization

/// A request to stop after the step that is running: from a signal, or from the program.
public final class Interruption: Sendable {
  private let signals: [Int32]
  private let isRequestedByProgram = Atomic<Bool>(false)
  /// Signals received before listening began; -1 while not listening.
  private let countBefore = Atomic<Int>(-1)

  /// - Parameter signals: those that mean "stop".
  public init(signals: [Int32]) { self.signals = signals }

  /// Stops at SIGINT (Ctrl-C), SIGTERM, and SIGHUP, which a terminal sends when it is closed.
  public convenience init() { self.init(signals: [SIGINT, SIGTERM, SIGHUP]) }

  public func request() { isRequestedByProgram.store(true, ordering: .relaxed) }

  public var isRequested: Bool {
    if isRequestedByProgram.load(ordering: .relaxed) { return true }
    let before = countBefore.load(ordering: .relaxed)
    return before >= 0 && receivedSignals.load(ordering: .relaxed) != before
  }

  /// Listens to the signals while `body` runs, and puts back what was done on them before.
  ///
  /// Each signal is caught once: a second one has its usual effect, so that a stuck run can still be ended. SIGHUP is
  /// caught every time, since terminal and shell both send it, and not at all where it is ignored, as under `nohup`.
  public func listen<Result>(during body: () throws -> Result) rethrows -> Result {
    // Reading the count also makes it before the handler, which must not allocate, can need it.
    countBefore.store(receivedSignals.load(ordering: .relaxed), ordering: .relaxed)
    var previous: [(signal: Int32, action: sigaction)] = []
    for signal in signals {
      if signal == SIGHUP, Self.isIgnored(signal) { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in receivedSignals.add(1, ordering: .relaxed) }
      // Reads and writes that a signal breaks off are continued.
      action.sa_flags = SA_RESTART | (signal == SIGHUP ? 0 : Int32(bitPattern: UInt32(SA_RESETHAND)))
      var old = sigaction()
      if sigaction(signal, &action, &old) == 0 { previous.append((signal, old)) }
    }
    defer {
      for (signal, var action) in previous { sigaction(signal, &action, nil) }
    }
    return try body()
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    let ignoring: sighandler_t? = SIG_IGN
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(ignoring, to: Int.self)
  }
}

/// Global because a signal handler can capture nothing.
private let receivedSignals = Atomic<Int>(0)
