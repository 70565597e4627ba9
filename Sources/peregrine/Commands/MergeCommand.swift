import ArgumentParser
import Evaluation

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Put the shares of an evaluation together.",
    discussion: "The figures are those that one process would have given, to the last digit.")

  @Argument(help: "The files that 'evaluate --shard --part' wrote, all of one evaluation, in any order.")
  var parts: [String]
  @OptionGroup var output: EvaluationOutput

  func run() throws {
    try reportingErrors {
      try RunOutputs(texts: output.files).check(reading: parts)
      for path in parts { try MissingInput.checkFile(path, "a part of an evaluation") }
      let (set, rules) = try EvaluationShard.merged(parts.map { ($0, try EvaluationShard.read(from: $0)) })
      try output.validate(rules)
      try output.report(EvaluationResult(set, protocol: rules), of: set)
    }
  }
}
