import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports

extension CompareCommand {
  private typealias Report = SegmenterComparisonReport

  /// Measures segmenters on the same images, and every two of them against each other.
  func compareSegmenters(_ models: [LoadedModel]) throws {
    try refuseDetectorOptions()
    try MissingInput.check(data, "a folder of images and labels, or a COCO file")
    var entries: [Report.Entry] = []
    var figures: [[SegmentedImageFigures]] = []
    var measured: SegmentedSet?
    var failures = Set<String>()
    for (model, name) in zip(models, ComparisonInputs.names(of: inputs)) {
      let pool = try TileArguments.pool(tiling: nil) { weights in
        var options = ModelOptions()
        options.compilation.sharedWeights = weights
        return try ModelCatalog.segmenter(of: model, options: options)
      }
      var set = try SegmentedSet.read(at: data, classes: pool.classNames, ids: pool.classIDs)
      if let list { set = try set.split(byList: list).listed }
      if let first = measured, first.classNames != set.classNames {
        throw ComparisonError.otherKind(
          path: model.path,
          expected: "the classes of \(models[0].path) in their order: \(first.classNames.joined(separator: ", "))")
      }
      if measured == nil {
        print(set.summary)
        measured = set
      }
      let measures = SegmentationMeasures(border: SegmentationMeasures.border(in: set.classNames))
      let bar = ProgressLine(name, total: set.images.count)
      let clock = ContinuousClock()
      let start = clock.now
      let evaluation = try SegmenterEvaluator(measures: measures, resamples: resamples).evaluate(
        pool.limited(toImages: set.images.count), on: set
      ) { bar.update($0) }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      failures.formUnion(evaluation.failures)
      figures.append(evaluation.images)
      entries.append(
        Report.Entry(
          name: name, parameters: try Self.parameterCount(of: model),
          millisecondsPerImage: 1000 * seconds / Double(set.images.count), result: evaluation.result))
    }
    guard let set = measured else { return }
    let report = Report(entries, images: figures, resamples: resamples, seed: seed)
    if let json { try OutputFile.writeJSON(report, to: json, formatting: [.prettyPrinted, .sortedKeys]) }
    if let csv { try OutputFile.write(Self.table(report).text, to: csv) }
    if let html { try page(report, models, set).write(to: html) }
    print(Self.text(report))
    for failure in failures.sorted() { printError("peregrine: \(failure)") }
    if !failures.isEmpty { throw ExitStatus.partial }
  }

  /// Says again of the images that are shown what each model says.
  private func page(
    _ report: Report, _ models: [LoadedModel], _ set: SegmentedSet
  ) throws -> SegmenterComparisonPage {
    let byPath = Dictionary(set.images.map { ($0.path, $0) }) { first, _ in first }
    let shown = report.disagreements.compactMap { found in byPath[found.image].map { (found, $0) } }
    let predictions = try models.map { model in
      let segmenter = try ModelCatalog.segmenter(of: model, options: ModelOptions())
      return try shown.map { try segmenter.predict(SourceImage($0.1.decoded(), name: $0.1.path)).value }
    }
    let pictures = try shown.enumerated().map { place, shown in
      SegmenterComparisonPage.Picture(
        shown.0, image: try shown.1.decoded().image, truth: try shown.1.labels(),
        predictions: predictions.map { $0[place] }, colors: set.colors)
    }
    return try SegmenterComparisonPage(
      report, title: "\(report.entries.count) segmenters on \(PathName.lastComponent(of: data))", colors: set.colors,
      pictures: pictures)
  }

  private static func table(_ report: Report) -> CSVOutput {
    var table = CSVOutput(
      header: [
        "name", "parameters", "msPerImage", "images", "meanIoU", "low", "high", "pixelAccuracy", "classAccuracy",
        "boundaryF",
      ])
    for entry in report.entries {
      let (result, interval) = (entry.result, entry.result.intervals?.meanIoU)
      let shares = [
        result.meanIoU, interval?.lower, interval?.upper, result.pixelAccuracy, result.classAccuracy,
        result.boundary?.meanFScore,
      ]
      table.append(
        [
          entry.name, CSVOutput.figure(entry.parameters), CSVOutput.figure(entry.millisecondsPerImage),
          CSVOutput.figure(result.imageCount),
        ] + shares.map { $0.map { CSVOutput.figure($0) } ?? "" })
    }
    return table
  }

  private static func text(_ report: Report) -> String {
    func percent(_ value: Double?) -> String { value.map { String(format: "%.2f", 100 * $0) } ?? "–" }
    var entries = TextTable(
      header: ["segmenter", "parameters", "ms/image", "mean IoU", "95 %", "pixel accuracy", "boundary F"],
      numericColumns: [1, 2, 3, 4, 5, 6])
    for entry in report.entries {
      let (result, interval) = (entry.result, entry.result.intervals?.meanIoU)
      entries.rows.append([
        entry.name, String(entry.parameters), String(format: "%.2f", entry.millisecondsPerImage),
        percent(result.meanIoU), interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? "–",
        percent(result.pixelAccuracy), percent(result.boundary?.meanFScore),
      ])
    }
    return ([entries.text] + report.pairs.map(\.sentence)).joined(separator: "\n")
  }
}
