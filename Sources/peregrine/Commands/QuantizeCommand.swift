import ArgumentParser
import CPUKernels
import Datasets
import Files
import Foundation
import ModelZoo
import Models
import NetworkPlans

struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize", abstract: "Make a model compute in 8-bit integers, and measure what that costs.",
    discussion: """
      Some of the labelled images calibrate: what the network's values are on them decides which numbers the bytes stand \
      for. AP before and after, of a segmenter mean IoU, is measured on the others. While more than --largest-loss is lost, the convolutions \
      that cost most stay in f32. The file that is written holds weights as bytes and says of itself how it computes; \
      detect, evaluate and the other commands take it as any model.

      Of a two-stage detector the trunk computes in integers, the head in f32.
      """)

  @Argument(help: "Model file in f32.")
  var model: String
  @Option(help: "Folder with images and labels, such as the model shall work on.")
  var data: String
  @Option(help: "Split to use: train, val or test; by default val of a data.yaml, all of a folder.")
  var split: DatasetSplit?
  @Option(help: "Where the model in int8 goes.")
  var output: String
  @Option(
    help: "How ranges are chosen: max, percentile-99.9, percentile-99.99 or mean-square; by default what errs least.")
  var method: QuantizationMethod?
  @Option(help: "Images that calibrate, spread evenly over the set; at most half of them do.")
  var images = 64
  @Option(help: "AP, or mean IoU, that may be lost, in hundredths (points of percent).")
  var largestLoss = 0.5
  @Option(help: "Bits of weights: 7, the same on every processor, or 8 for processors with VNNI.")
  var weightBits = 7
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    if images < 1 { throw ValidationError("--images is at least 1, not \(images)") }
    if !(largestLoss >= 0 && largestLoss < 100) {
      throw ValidationError("--largest-loss lies from 0 to below 100, not \(largestLoss)")
    }
    if !(7...8).contains(weightBits) { throw ValidationError("--weight-bits is 7 or 8, not \(weightBits)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try Precision.check(weightBits: weightBits)
      try MissingInput.check(model, "a model file")
      try MissingInput.check(data, "a folder with images and labels")
      try RunOutputs(binaries: [("--output", output)]).check(reading: [model], sets: [data])
      var quantizer = try ModelQuantizer(.file(model))
      let trial = try quantizer.isSegmenter ? segmenterTrial() : detectorTrial()
      try calibrate(&quantizer, on: trial.calibration)
      let recipe = try chosenRecipe(quantizer)
      let errors = try sensitivities(of: recipe, quantizer)

      let figure = trial.figure
      let before = try trial.measure(quantizer, nil, "\(figure) in f32")
      var search = QuantizationSearch(errors)
      var results: [Int: [QuantizationTrial.Figure]] = [:]
      let bound = QuantizationTrial.first(before) - largestLoss / 100
      let keptCount = try search.keptCount(reaching: bound) { kept in
        let restricted = restricted(recipe, keeping: kept, quantizer)
        let result = try trial.measure(quantizer, restricted, "\(figure) with \(kept.count) convolutions in f32")
        results[kept.count] = result
        return QuantizationTrial.first(result)
      }
      guard let keptCount, let after = results[keptCount] else {
        throw ModelFileError.precision(
          path: model,
          problem:
            "loses more than \(largestLoss) points of \(figure) in int8 even where only the least sensitive convolution is; "
            + "nothing was written")
      }
      let kept = Set(search.order.prefix(keptCount))
      let final = restricted(recipe, keeping: kept, quantizer)
      try quantizer.model(final).write(to: output)

      show(errors, kept: kept)
      show(search.steps, figure: figure, before: QuantizationTrial.first(before))
      show(before, after, imageCount: trial.imageCount)
      let times = try quantizer.benchmarks(final, runs: 20)
      print(
        String(
          format: "network, median of 20 runs on %d threads: %.2f ms in f32, %.2f ms in int8", KernelThreads.count,
          times.float, times.integer))
      if times.integerLayers < final.layers.count {
        print(
          "this processor computes \(times.integerLayers) of the \(final.layers.count) convolutions in integers; "
            + "the rest is quicker in f32 here, and \(figure) above is of all in integers")
      }
      print("\(output): \(try byteCount(output)) bytes instead of \(try byteCount(model)), \(final.summary)")
    }
  }

  private func calibrate(_ quantizer: inout ModelQuantizer, on paths: [String]) throws {
    let bar = ProgressLine("calibrate", total: paths.count)
    for (index, path) in paths.enumerated() {
      try quantizer.observe(imageAt: path)
      bar.update(index + 1)
    }
    print("calibrated on \(paths.count) images: \(paths.map(PathName.lastComponent).abridged)")
  }

  /// The recipe of the method that was asked for, or else of the one whose outputs are nearest to those of f32.
  private func chosenRecipe(_ quantizer: ModelQuantizer) throws -> QuantizationRecipe {
    if let method { return quantizer.recipe(method, weightBits: weightBits) }
    let tried = try QuantizationMethod.allCases.map { method in
      let recipe = quantizer.recipe(method, weightBits: weightBits)
      return (recipe: recipe, error: try quantizer.quantizer.error(of: recipe))
    }
    let figures = tried.map { "\($0.recipe.method.rawValue) \(decibels($0.error))" }
    print("error of the raw outputs by method: \(figures.joined(separator: ", "))")
    return tried.min { $0.error < $1.error }?.recipe ?? quantizer.recipe(.maximum, weightBits: weightBits)
  }

  private func sensitivities(
    of recipe: QuantizationRecipe, _ quantizer: ModelQuantizer
  ) throws -> [Quantizer.LayerError] {
    let bar = ProgressLine("layers", total: recipe.layers.count)
    return try quantizer.quantizer.errorByLayer(of: recipe) { done, _ in bar.update(done) }
  }

  private func restricted(
    _ recipe: QuantizationRecipe, keeping kept: Set<String>, _ quantizer: ModelQuantizer
  ) -> QuantizationRecipe {
    recipe.restricted(to: Set(recipe.layers).subtracting(kept), of: quantizer.quantizer.graph)
  }

  private func byteCount(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }
}

extension QuantizationMethod: ExpressibleByArgument {}
