import ArgumentParser
import Evaluation
import Files
import Foundation

struct ExplainMapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain-map", abstract: "Show how average precision moves with each choice of the protocol.",
    discussion: """
      One set of detections is evaluated by COCO's rules, then with one choice changed at a time, and by the rules of the \
      usual programs: so two published figures can be told apart that were measured differently. A published figure \
      (--target) is looked for among all choices and pairs of choices. What is evaluated is given as for 'evaluate'.
      """)

  @OptionGroup var input: EvaluationInput
  @Option(help: "A published figure to look for, as a fraction: 0.421 for 42.1 %.")
  var target: Double?
  @Option(help: "Which figure --target is: AP, AP50 or AP75.")
  var metric: ProtocolExplanation.Metric?
  @Option(help: "Write everything as JSON.")
  var json: String?

  func validate() throws {
    if let target, !(0...1).contains(target) {
      throw ValidationError("--target is a fraction from 0 to 1, such as 0.421 for 42.1 %; it is \(target)")
    }
    if metric != nil, target == nil { throw ValidationError("--metric says what --target is, which is missing") }
  }

  func run() throws {
    try reportingErrors {
      try RunOutputs(texts: [("--json", json)]).check(reading: input.files, sets: input.sets)
      if let groundTruth = input.groundTruth, let detections = input.detections {
        let dataset = try input.readGroundTruth(at: groundTruth)
        try explain(input.readDetections(at: detections, for: dataset))
      } else if let data = input.data {
        let (_, evaluation) = try input.detect(on: data, title: "explain-map")
        try explain(evaluation.set)
        try input.finish(evaluation)
      }
    }
  }

  private func explain(_ set: EvaluationSet) throws {
    let explanation = ProtocolExplanation(
      set, target: target.map { (metric ?? .averagePrecision, $0) })
    if let json {
      try OutputFile.writeJSON(explanation, to: json, formatting: .prettyPrinted)
    }
    print(ProtocolTable(explanation).text)
  }
}

extension ProtocolExplanation.Metric: ExpressibleByArgument {}
