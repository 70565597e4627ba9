import Evaluation

/// Where the outcome of an evaluation goes besides the terminal.
struct EvaluationOutput {
  var json: String?
  var curves: String?

  func report(_ result: EvaluationResult) throws {
    if let json { try CannotWrite.writing(to: json) { try EvaluationReport(result).write(to: json) } }
    if let path = curves, let evaluation = result.coco {
      try CannotWrite.writing(to: path) {
        try COCOCurvesFile(evaluation, classNames: result.classes.map(\.name)).write(to: path)
      }
    }
    print(EvaluationTables(result).text)
  }
}
