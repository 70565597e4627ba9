import ArgumentParser
import DetectorFamilies
import Foundation
import NeuralNetwork
import OneDNNKernels
import Tensors

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Time a network, per layer and as a whole.",
    discussion: """
      GFLOP/s are effective: the operations of the plain convolution divided by the time, so that Winograd's shortcut \
      counts as speed. A training step counts three times the forward pass.
      """)

  @Argument(help: "Model file, configuration (YAML), or one of resnet18, resnet34, resnet50.")
  var network: String
  @Option(help: "Side of a square input, instead of the network's own size.")
  var size: Int?
  @Option(help: "Images at once; training uses the configuration's batch size unless this is given.")
  var batch: Int?
  @Option(help: "Threads; by default one per core.")
  var threads: Int?
  @Option(help: "Timed repetitions.")
  var runs = 50
  @Option(help: "Classes that a configuration's detector shall know.")
  var classes = 80
  @Flag(help: "Time a training step (forward and backward) instead of inference.")
  var training = false
  @Option(help: "Write the figures as JSON.")
  var json: String?

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs is at least 1, not \(runs)") }
    if let size, size < 1 { throw ValidationError("--size is at least 1, not \(size)") }
    if classes < 1 { throw ValidationError("--classes is at least 1, not \(classes)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    if let batch, batch < 1 { throw ValidationError("--batch is at least 1, not \(batch)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { OneDNN.threadCount = threads }
      try CannotWrite.checkFile(json)
      let subject = try NetworkDescription.open(network, classCount: classes)
      let count = batch ?? (training ? subject.trainingBatchSize : 1)
      let shape = subject.inputShape(batch: count, side: size)
      let result =
        training
        ? try NetworkBenchmark.training(subject.graph, subject.parameters, input: shape, runs: runs)
        : try NetworkBenchmark.inference(subject.graph, subject.parameters, input: shape, runs: runs)
      show(result, shape)
      if let json { try result.write(to: json) }
    }
  }

  private func show(_ result: NetworkBenchmark, _ shape: TensorShape) {
    var table = TextTable(header: ["layer", "implementation", "ms", "GFLOP/s"], numericColumns: [2, 3])
    for step in result.steps {
      table.rows.append([
        step.name, step.implementation, String(format: "%.3f", step.milliseconds),
        step.gigaflopsPerSecond.map { String(format: "%.0f", $0) } ?? "",
      ])
    }
    print(table.text)
    print(
      "\(training ? "training step" : "inference"), input \(shape), \(result.threads) threads, oneDNN \(OneDNN.version), "
        + OneDNN.instructionSet)
    print(
      String(
        format: "median %.2f ms, fastest %.2f ms, 90th percentile %.2f ms of %d runs", result.medianMilliseconds,
        result.fastestMilliseconds, result.ninetiethMilliseconds, result.runs))
    print(
      String(
        format: "%.3f GFLOP, %.0f GFLOP/s, %.1f images/s, %.0f MiB", result.gigaflops, result.gigaflopsPerSecond,
        result.imagesPerSecond, Double(result.memoryByteCount) / 1_048_576))
  }
}
