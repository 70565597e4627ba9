import ArgumentParser
import Foundation
import ModelStorage
import Models
import Reports

struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack", abstract: "Copy a model with its numbers stored in another form, such as at half the size.",
    discussion: """
      Training writes f32. bf16 keeps its range and three digits, f16 four digits up to 65,504; networks lose next to \
      nothing by either. Measure the copy with evaluate where it matters.
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "Where the copy goes.")
  var output: String
  @Option(help: "How numbers are stored.")
  var storage = SafeTensorsFile.Storage.bf16
  @Option(help: "Licence of the weights, such as Apache-2.0, to be noted in the model.")
  var licence: String?
  @Option(help: "Metrics that 'evaluate --json' wrote, to be noted in the model instead of those of the training.")
  var metrics: String?

  func run() throws {
    try reportingErrors {
      try MissingInput.check(model, "a model file")
      try RunOutputs(binaries: [("--output", output)]).check(reading: [model, metrics])
      var file = try ModelFile(contentsOf: model)
      if let licence { file.provenance.licence = licence }
      if let metrics {
        try MissingInput.checkFile(metrics, "metrics that 'evaluate --json' wrote")
        file.provenance.metrics = try EvaluationReport.read(from: metrics).metrics
      }
      try file.write(to: output, storage: storage)
      print("\(output): \(try byteCount(output)) bytes instead of \(try byteCount(model)), \(storage.rawValue)")
    }
  }

  private func byteCount(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }
}

extension SafeTensorsFile.Storage: ExpressibleByArgument {}
