import ArgumentParser
import CPUKernels
import FasterRCNN
import Files
import Foundation
import ImageCodecs
import ModelZoo
import Models
import NetworkPlans
import ONNX
import Tensors

struct BenchmarkNetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Time a network, per layer and as a whole.",
    discussion: """
      GFLOP/s are effective: the operations of the plain convolution divided by the time, so that Winograd's shortcut \
      counts as speed. 'of peak' compares them with what multiplications and additions alone reach in the same run. \
      'KiB' is the memory that a layer is the first to touch. A training step counts three times the forward pass.

      --export-onnx writes the very same network and weights, so that other programs can be timed on them.

      With --image a two-stage detector is timed stage by stage, on that image, and beside it its ancestors R-CNN and \
      Fast R-CNN with as many regions.
      """)

  @Argument(help: "Model file, configuration (YAML), or a network by name: resnet18, alexnet, vgg16.")
  var network: String
  @OptionGroup var repetitions: BenchmarkRepetitions
  @Option(help: "Side of a square input, instead of the network's own size.")
  var size: Int?
  @Option(help: "Images at once; training uses the configuration's batch size unless this is given.")
  var batch: Int?
  @Option(help: "Classes that a configuration's detector shall know.")
  var classes: Int?
  @Option(help: "How the way of computing each convolution is chosen: by a table, or by measuring some or all ways.")
  var tune = ConvolutionTuning.off
  @Option(name: .customLong("export-onnx"), help: "Also write the network with its weights as ONNX, to this file.")
  var onnxFile: String?
  @Flag(help: "Time a training step (forward and backward) instead of inference.")
  var training = false
  @Option(help: "Image on which the stages of a two-stage detector are timed.")
  var image: String?
  @OptionGroup var twoStage: TwoStageArguments
  @OptionGroup var precision: PrecisionArgument

  func validate() throws {
    if let size, size < 1 { throw ValidationError("--size is at least 1, not \(size)") }
    if let size, size > Preprocessing.longestSide {
      throw ValidationError("--size is at most \(Preprocessing.longestSide), not \(size)")
    }
    if let size, size > 0, !Preprocessing.allows(ImageSize(width: size, height: size)) {
      throw ValidationError(
        "--size \(size) is more than \(Preprocessing.mostPixels) pixels, the most that an input may have")
    }
    if let classes, classes < 1 { throw ValidationError("--classes is at least 1, not \(classes)") }
    if image != nil, training || size != nil || batch != nil {
      throw ValidationError("--image goes without --training, --size and --batch: it times detection as it is")
    }
    if image != nil, onnxFile != nil {
      throw ValidationError("--export-onnx goes without --image: the stages are several networks")
    }
    if training, precision.precision == .int8 {
      throw ValidationError("--precision int8 goes without --training, which is in f32 or bf16")
    }
    if let batch, batch < 1 { throw ValidationError("--batch is at least 1, not \(batch)") }
  }

  func run() throws {
    try reportingErrors {
      repetitions.apply()
      try RunOutputs(texts: [("--json", repetitions.json)], binaries: [("--export-onnx", onnxFile)])
        .check(reading: [network, image, twoStage.proposals])
      if let image { return try timeStages(on: image) }
      var subject = try NetworkDescription.open(network, classCount: classes)
      if let wanted = precision.precision { try subject.compute(in: wanted, path: network) }
      let count = batch ?? (training ? subject.trainingBatchSize : 1)
      let shape = subject.inputShape(batch: count, side: size)
      let result =
        training
        ? try NetworkBenchmark.training(
          subject.graph, subject.parameters, input: shape, runs: repetitions.runs,
          precision: precision.precision == .bf16 ? .bfloat16 : .float32)
        : try NetworkBenchmark.inference(
          subject.graph, subject.parameters, input: shape, runs: repetitions.runs,
          options: .init(compilation: CompilationOptions(tuning: tune), precision: subject.precision))
      show(result, shape)
      if case .int8(let recipe) = subject.precision, let count = result.integerLayers {
        print(
          "int8: \(count) of \(recipe.layers.count) convolutions in integers"
            + (count < recipe.layers.count ? "; the rest is quicker in f32 on this processor" : ""))
      }
      if let count = result.bfloat16Layers {
        print(
          "bf16: \(count) of \(result.layers ?? 0) convolutions and fully connected layers; the rest is quicker in f32")
      }
      if let onnxFile { try writeONNX(subject, shape, to: onnxFile) }
      if let json = repetitions.json { try result.write(to: json) }
    }
  }

  private func writeONNX(_ subject: NetworkDescription, _ shape: TensorShape, to path: String) throws {
    let model = try ONNXModel(subject.graph, parameters: subject.parameters, inputShape: shape)
    try model.write(to: path)
    print("\(path): the same network and weights, input \(shape)")
  }

  private func timeStages(on image: String) throws {
    try MissingInput.checkFile(image, "an image")
    try MissingInput.check(network, "a model file or a configuration (YAML)")
    try twoStage.checkFile()
    let methods = twoStage.method.map { [$0] } ?? TwoStageMethod.allCases.reversed()
    let source = try twoStage.source
    let benchmarks = try ModelCatalog.stageBenchmarks(
      network, classCount: classes ?? 80, precision: precision.precision, image: RGBImage(contentsOf: image),
      options: methods.map { TwoStageOptions(method: $0, proposals: source, count: twoStage.proposalCount) },
      runs: repetitions.runs)
    var table = TextTable(
      header: ["stage, ms"] + benchmarks.map(\.method.rawValue), numericColumns: Set(1...benchmarks.count))
    for stage in StageTimes.stages {
      table.rows.append([stage.name] + benchmarks.map { String(format: "%.2f", 1e3 * $0.times[keyPath: stage.path]) })
    }
    table.rows.append(["whole"] + benchmarks.map { String(format: "%.2f", 1e3 * $0.times.total) })
    table.rows.append(["regions"] + benchmarks.map { String($0.times.regionCount) })
    table.rows.append(
      ["outside of the networks"] + benchmarks.map { String(format: "%.1f %%", 100 * $0.times.shareOutsideOfPlans) })
    print(table.text)
    print(
      "medians of \(repetitions.runs) runs, \(KernelThreads.count) threads, oneDNN \(OneDNN.version), \(OneDNN.instructionSet)"
    )
    if let json = repetitions.json { try StageBenchmark.write(benchmarks, to: json) }
  }

  private func show(_ result: NetworkBenchmark, _ shape: TensorShape) {
    var table = TextTable(
      header: ["layer", "implementation", "ms", "GFLOP/s", "of peak", "KiB"], numericColumns: [2, 3, 4, 5])
    for step in result.steps {
      table.rows.append([
        step.name, step.implementation, String(format: "%.3f", step.milliseconds),
        step.gigaflopsPerSecond.map { String(format: "%.0f", $0) } ?? "",
        step.shareOfPeak.map { String(format: "%.0f %%", 100 * $0) } ?? "",
        step.allocatedByteCount.map { "\($0 / 1024)" } ?? "",
      ])
    }
    print(table.text)
    print(
      "\(training ? "training step" : "inference"), input \(shape), \(result.threads) threads, oneDNN \(OneDNN.version), "
        + OneDNN.instructionSet)
    print(
      String(
        format: "median %.2f ms, fastest %.2f ms, 90th percentile %.2f ms, 99th %.2f ms of %d runs",
        result.medianMilliseconds, result.fastestMilliseconds, result.ninetiethMilliseconds,
        result.ninetyNinthMilliseconds, result.runs))
    print(
      String(
        format: "%.3f GFLOP, %.0f GFLOP/s (%.0f %% of the peak, %.0f), %.1f images/s, %.0f MiB", result.gigaflops,
        result.gigaflopsPerSecond, 100 * result.gigaflopsPerSecond / result.peakGigaflopsPerSecond,
        result.peakGigaflopsPerSecond, result.imagesPerSecond, Double(result.memoryByteCount) / 1_048_576))
    let slow = result.steps.filter { $0.implementation.hasPrefix("ref") }.map(\.name)
    if !slow.isEmpty { print("computed by oneDNN's reference loops, which are slow: \(slow.joined(separator: ", "))") }
  }
}

extension ConvolutionTuning: ExpressibleByArgument {}
