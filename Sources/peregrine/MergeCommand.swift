import ArgumentParser
import Evaluation

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Put the shares of an evaluation together.",
    discussion: "The figures are those that one process would have given, to the last digit.")

  @Argument(help: "The files that 'evaluate --shard --part' wrote, all of one evaluation, in any order.")
  var parts: [String]
  @Option(help: "Write precision and recall of every class, IoU, area and maximum as JSON (COCO's protocol).")
  var saveCurves: String?
  @Option(help: "Write the metrics as JSON.")
  var json: String?

  func run() throws {
    try reportingErrors {
      for path in [saveCurves, json] { try CannotWrite.checkFile(path) }
      for path in parts { try MissingInput.checkFile(path, "a part of an evaluation") }
      let (set, rules) = try EvaluationPart.merged(parts.map { ($0, try EvaluationPart.read(from: $0)) })
      try EvaluationOutput(json: json, curves: saveCurves).report(EvaluationResult(set, protocol: rules))
    }
  }
}
