import Foundation
import Testing
import Training

@Suite struct InterruptionTests {
  @Test func theProgramCanAsk() {
    let interruption = Interruption(signals: [])
    #expect(!interruption.isRequested)
    interruption.request()
    #expect(interruption.isRequested)
  }

  /// Sends a signal to this process, and waits for what it does: worker threads block signals, so that it arrives on
  /// another thread, a moment later.
  private static func send(_ signal: Int32, until isDone: () -> Bool = { false }) {
    kill(getpid(), signal)
    for _ in 0..<1000 where !isDone() { usleep(1000) }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalAsksWhileListening(signal: Int32) async {
    await #expect(processExitsWith: .success) { [signal] in
      let interruption = Interruption()
      let deaf = Interruption(signals: [])
      let heard = interruption.listen {
        deaf.listen {
          let before = interruption.isRequested
          Self.send(signal) { interruption.isRequested }
          return !before && interruption.isRequested
        }
      }
      let later = Interruption()
      exit(heard && later.listen { !later.isRequested } ? 0 : 1)
    }
  }

  @Test func aSecondSignalEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      let interruption = Interruption()
      interruption.listen {
        Self.send(SIGTERM) { interruption.isRequested }
        Self.send(SIGTERM)
      }
      exit(interruption.isRequested ? 0 : 1)
    }
  }

  @Test func aSecondHangUpDoesNot() async {
    await #expect(processExitsWith: .success) {
      let interruption = Interruption()
      interruption.listen {
        Self.send(SIGHUP) { interruption.isRequested }
        Self.send(SIGHUP)
      }
      exit(interruption.isRequested ? 0 : 1)
    }
  }

  @Test func aHangUpThatIsIgnoredStaysSo() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      let interruption = Interruption()
      let asked = interruption.listen {
        Self.send(SIGHUP)
        return interruption.isRequested
      }
      exit(asked ? 1 : 0)
    }
  }

  @Test func afterListeningSignalsDoWhatTheyDid() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Interruption().listen {}
      Self.send(SIGTERM)
      exit(0)
    }
  }
}
