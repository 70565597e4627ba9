import ArgumentParser
import Detectors

/// The command line: each command parses, calls the libraries and prints.
@main
struct Peregrine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peregrine",
    abstract: "Train object detectors, find objects in images, and measure how well that works.",
    version: ModelFile.programVersion,
    subcommands: [
      TrainCommand.self, DetectCommand.self, EvaluateCommand.self, CompareCommand.self, MergeCommand.self,
      ExplainMapCommand.self, AuditCommand.self, ConvertCommand.self, InspectCommand.self, BenchmarkCommand.self,
      SynthesizeCommand.self, PackCommand.self, QuantizeCommand.self, ImportCommand.self, ExportCommand.self,
      VerifyCommand.self, PeakMemoryCommand.self,
    ])
}
