import ArgumentParser
import Evaluation

/// Where the outcome of an evaluation goes besides the terminal.
struct EvaluationOutput: ParsableArguments {
  @Option(help: "Write precision and recall of every class, IoU, area and maximum as JSON (COCO's protocol).")
  var saveCurves: String?
  @Option(help: "Write the metrics as JSON.")
  var json: String?
  @Option(help: "Write a table of the classes as CSV: AP, and counts, precision, recall and F1 at the best confidence.")
  var csv: String?
  @Option(help: "Write a page with curves, confusion matrix, error types, calibration and the worst images.")
  var html: String?
  @Flag(help: "Put error types, operating points, confusion, calibration and intervals into the JSON as well.")
  var analysis = false
  @Option(help: "Bootstrap resamples for the confidence intervals of an analysis; 0 for none.")
  var resamples = 1000

  var paths: [String?] { [saveCurves, json, csv, html] }
  private var isAnalysed: Bool { analysis || csv != nil || html != nil }

  func validate() throws {
    if resamples < 0 { throw ValidationError("--resamples is at least 0, not \(resamples)") }
    if analysis, json == nil { throw ValidationError("--analysis goes into the file of --json") }
  }

  /// An analysis is by COCO's rules.
  func validate(_ rules: EvaluationProtocol) throws {
    let isWhole = [0.5, 0.75].allSatisfy(rules.iouThresholds.contains)
    guard isAnalysed || saveCurves != nil, rules.rules != .coco || isAnalysed && !isWhole else { return }
    throw ValidationError("--html, --csv, --analysis and --save-curves go with COCO's protocol and its IoU list")
  }

  func report(_ result: EvaluationResult, of set: EvaluationSet) throws {
    let analysis =
      isAnalysed ? EvaluationAnalysis(set, result: result, settings: AnalysisSettings(resamples: resamples)) : nil
    if let json {
      try CannotWrite.writing(to: json) {
        try EvaluationReport(result, analysis: self.analysis ? analysis : nil).write(to: json)
      }
    }
    if let path = saveCurves, let evaluation = result.coco {
      try CannotWrite.writing(to: path) {
        try COCOCurvesFile(evaluation, classNames: result.classes.map(\.name)).write(to: path)
      }
    }
    if let csv, let analysis { try CannotWrite.writing(to: csv) { try CSVReport(analysis).write(to: csv) } }
    if let html, let analysis {
      let page = HTMLReport(
        analysis, title: "Evaluation of \(result.imageCount) images", protocolLine: result.protocolLine,
        pictures: ReportPicture.worst(analysis, of: set))
      try CannotWrite.writing(to: html) { try page.write(to: html) }
    }
    print(EvaluationTables(result).text)
  }
}
