import ArgumentParser
import Files
import Foundation
import Models

/// The command line: each command parses, calls the libraries and prints.
@main
struct Peregrine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peregrine",
    abstract:
      "Train object detectors, classifiers and segmenters, run them on images, and measure how well that works.",
    discussion: """
      What no honest file needs is refused before it takes time or memory. At most:
      \(InputLimits.list.map { "- \($0.what): \($0.limit)" }.joined(separator: "\n"))
      """,
    version: ModelFile.programVersion,
    subcommands: [
      TrainCommand.self, DetectCommand.self, ClassifyCommand.self, SegmentCommand.self, PanopticCommand.self,
      EvaluateCommand.self, CompareCommand.self, MergeCommand.self,
      ExplainMapCommand.self, AuditCommand.self, ConvertCommand.self, InspectCommand.self, BenchmarkCommand.self,
      FilterCommand.self, TraceCommand.self, VisualizeCommand.self, SynthesizeCommand.self, PackCommand.self,
      QuantizeCommand.self, ImportCommand.self, ExportCommand.self, VerifyCommand.self, PeakMemoryCommand.self,
    ])

  /// Ends the program with an error where what was printed got lost, as on a full disk.
  static func main() {
    StandardStreams.prepare()
    CrashHandling.install(exitCodeWithoutMemory: ExitStatus.tryAgain.rawValue)
    var status = ExitCode.success
    do {
      try CommandNames(Self.self).check(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      try command.run()
    } catch {
      status = exitCode(for: error)
      let message = fullMessage(for: error)
      if !message.isEmpty {
        if status == .success { print(message) } else { printError(message) }
      }
    }
    do {
      try StandardOutput.finish()
    } catch {
      if error.code == EPIPE {
        status = ExitStatus.brokenPipe
      } else {
        printError("peregrine: \(error)")
        // What went wrong before, or that a run was interrupted, says more.
        if status == .success || status == ExitStatus.partial { status = ExitStatus.inputOutput }
      }
    }
    CrashHandling.exit(status.rawValue)
  }
}
