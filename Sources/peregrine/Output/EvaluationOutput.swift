import ArgumentParser
import Evaluation
import Reports

/// Where the outcome of an evaluation goes besides the terminal.
struct EvaluationOutput: ParsableArguments {
  @Option(help: "Write precision and recall of every class, IoU, area and maximum as JSON (COCO's protocol).")
  var saveCurves: String?
  @Option(help: "Write the metrics as JSON.")
  var json: String?
  @Option(help: "Write a table of the classes as CSV: AP, and counts, precision, recall and F1 at the best confidence.")
  var csv: String?
  @Option(
    help:
      "Write a page with curves, confusion matrix, error types, calibration and the worst images; of a segmenter with its label maps beside the truth."
  )
  var html: String?
  @Flag(help: "Put error types, operating points, confusion, calibration and intervals into the JSON as well.")
  var analysis = false
  @Option(
    help:
      "Bootstrap resamples for the confidence intervals of an analysis, of a classifier or of a segmenter; 0 for none."
  )
  var resamples = 1000

  var files: [(option: String, path: String?)] {
    [("--save-curves", saveCurves), ("--json", json), ("--csv", csv), ("--html", html)]
  }
  private var isAnalysed: Bool { analysis || csv != nil || html != nil }

  func validate() throws {
    if resamples < 0 { throw ValidationError("--resamples is at least 0, not \(resamples)") }
    if analysis, json == nil { throw ValidationError("--analysis goes into the file of --json") }
  }

  func validate(_ rules: EvaluationProtocol) throws {
    guard saveCurves != nil, rules.rules != .coco else { return }
    throw ValidationError("--save-curves goes with COCO's protocol")
  }

  func report(_ result: EvaluationResult, of set: EvaluationSet) throws {
    // An analysis is by COCO's rules; figures by others stand beside it.
    let usual = EvaluationProtocol(.coco, iouType: result.protocolRules.iouType)
    let analysed = !isAnalysed || result.protocolRules == usual ? result : EvaluationResult(set, protocol: usual)
    let analysis =
      isAnalysed ? EvaluationAnalysis(set, result: analysed, settings: AnalysisSettings(resamples: resamples)) : nil
    if let json {
      try EvaluationReport(result, analysis: self.analysis ? analysis : nil).write(to: json)
    }
    if let path = saveCurves, let evaluation = result.coco {
      try COCOCurvesFile(evaluation, classNames: result.classes.map(\.name)).write(to: path)
    }
    if let csv, let analysis {
      let table = CSVReport(analysis, beside: result.protocolRules == usual ? nil : result)
      try table.write(to: csv)
    }
    if let html, let analysis {
      let images = "\(result.imageCount) images"
      let title = "Evaluation of \(usual.iouType.needsMasks ? "masks in \(images)" : images)"
      let page = EvaluationPage(
        analysis, title: result.protocolRules == usual ? title : "\(title): \(result.headline)",
        protocolLine: result.protocolRules == usual
          ? result.protocolLine : "\(result.protocolLine). Below by COCO's rules: \(analysed.protocolLine)",
        pictures: ReportPicture.worst(analysis, of: set))
      try page.write(to: html)
    }
    print(EvaluationTables(result).text)
  }
}
