import ArgumentParser
import CPUKernels

/// `benchmark`: a network by default, or a part of the work on its own.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Time a network, or the work around networks.",
    discussion: "'peregrine benchmark resnet18' is short for 'peregrine benchmark network resnet18'.",
    subcommands: [
      BenchmarkNetworkCommand.self, BenchmarkComponentsCommand.self, BenchmarkRegionPoolingCommand.self,
      BenchmarkRatesCommand.self,
    ],
    defaultSubcommand: BenchmarkNetworkCommand.self)
}

/// How often something is timed, on how many threads, and where the figures go: what all benchmarks share.
struct BenchmarkRepetitions: ParsableArguments {
  @Option(help: "Threads; by default one per core.")
  var threads: Int?
  @Option(help: "Timed repetitions.")
  var runs = 50
  @Option(help: "Write the figures as JSON; - for standard output.")
  var json: String?

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs is at least 1, not \(runs)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func apply() {
    if let threads { KernelThreads.count = threads }
  }
}
