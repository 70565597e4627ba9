import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation
import ModelZoo
import Models
import Reports

extension CompareCommand {
  private typealias Report = ClassifierComparisonReport

  /// Measures classifiers on the same images, and every two of them against each other.
  func compare(_ models: [LoadedModel]) throws {
    try refuseDetectorOptions()
    var entries: [Report.Entry] = []
    var predictions: [[ClassifiedPrediction]] = []
    var images: [ClassifiedImage] = []
    var failures = Set<String>()
    for (model, name) in zip(models, ComparisonInputs.names(of: inputs)) {
      let (pool, set) = try ClassifierInput(model, data: data, list: list).open()
      if predictions.isEmpty {
        print(set.summary)
        images = set.images
      }
      let bar = ProgressLine(name, total: set.images.count)
      let clock = ContinuousClock()
      let start = clock.now
      let evaluation = try ClassifierEvaluator().evaluate(
        pool.limited(toImages: set.images.count), on: set
      ) {
        bar.update($0)
      }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      failures.formUnion(evaluation.failures)
      predictions.append(evaluation.predictions)
      entries.append(
        Report.Entry(
          name: name, parameters: try Self.parameterCount(of: model),
          millisecondsPerImage: 1000 * seconds / Double(set.images.count), result: evaluation.result
        ))
    }
    let report = Report(entries, predictions: predictions, resamples: resamples, seed: seed)
    if let json {
      try OutputFile.writeJSON(report, to: json, formatting: [.prettyPrinted, .sortedKeys])
    }
    if let csv { try OutputFile.write(Self.table(report).text, to: csv) }
    if let html { try Self.page(report, images, data: data).write(to: html) }
    print(Self.text(report))
    for failure in failures.sorted() { printError("peregrine: \(failure)") }
    if !failures.isEmpty { throw ExitStatus.partial }
  }

  /// That training changes.
  static func parameterCount(of model: LoadedModel) throws -> Int {
    try ModelCatalog.networks(of: model).image.graph.parameters.filter(\.isTrainable).reduce(0) {
      $0 + $1.shape.elementCount
    }
  }

  private static func page(
    _ report: Report, _ images: [ClassifiedImage], data: String
  ) throws -> ClassifierComparisonPage {
    let byName = Dictionary(images.map { ($0.name, $0) }) { first, _ in first }
    let pictures = try report.disagreements.compactMap { found in
      try byName[found.image].map { ClassifierComparisonPage.Picture(found, image: try $0.decoded()) }
    }
    return try ClassifierComparisonPage(
      report, title: "\(report.entries.count) classifiers on \(PathName.lastComponent(of: data))", pictures: pictures)
  }

  private static func table(_ report: Report) -> CSVOutput {
    var table = CSVOutput(
      header: [
        "name", "parameters", "msPerImage", "images", "top1", "low", "high", "top5",
        "calibrationError",
      ])
    for entry in report.entries {
      let (one, five) = (entry.result.topOne, entry.result.topFive)
      table.append(
        [
          entry.name, CSVOutput.figure(entry.parameters),
          CSVOutput.figure(entry.millisecondsPerImage),
        ]
          + [CSVOutput.figure(one.count)]
          + [one.value, one.low, one.high, five.value, entry.result.expectedCalibrationError].map {
            CSVOutput.figure($0)
          })
    }
    return table
  }

  private static func text(_ report: Report) -> String {
    func percent(_ value: Double) -> String { String(format: "%.2f", 100 * value) }
    var entries = TextTable(
      header: ["classifier", "parameters", "ms/image", "top-1", "95 %", "top-5", "ECE"],
      numericColumns: [1, 2, 3, 4, 5, 6])
    for entry in report.entries {
      let one = entry.result.topOne
      entries.rows.append([
        entry.name, String(entry.parameters), String(format: "%.2f", entry.millisecondsPerImage),
        percent(one.value),
        "\(percent(one.low)) to \(percent(one.high))", percent(entry.result.topFive.value),
        percent(entry.result.expectedCalibrationError),
      ])
    }
    return ([entries.text] + report.pairs.map(\.sentence)).joined(separator: "\n")
  }
}
