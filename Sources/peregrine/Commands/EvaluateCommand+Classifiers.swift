import ArgumentParser
import CPUKernels
import Datasets
import Evaluation
import Files
import Inference
import ModelZoo
import Models
import Reports

extension EvaluateCommand {
  /// Mistakes that a page shows.
  private static let pictureCount = 48

  /// Measures a classifier on images with one class each.
  func evaluateClassifier(_ model: LoadedModel, on data: String) throws {
    if let threads = input.threads { KernelThreads.count = threads }
    let options: [(String, String?)] = [
      ("--save-detections", saveDetections), ("--save-ground-truth", saveGroundTruth), ("--shard", part),
      ("--save-curves", output.saveCurves),
    ]
    for (option, value) in options where value != nil {
      throw ValidationError("\(option) is for detectors; \(model.path) is a classifier")
    }
    try MissingInput.check(data, "a folder with images of several classes")
    let (pool, set) = try ClassifierInput(model, data: data, list: input.list).open()
    print(set.summary)
    let bar = ProgressLine("evaluate", total: set.images.count)
    var evaluation = try ClassifierEvaluator().evaluate(pool.limited(toImages: set.images.count), on: set) {
      bar.update($0)
    }
    if output.resamples > 0, !evaluation.predictions.isEmpty {
      evaluation.result.intervals = ClassificationIntervals(
        evaluation.predictions, classCount: set.classes.count, resamples: output.resamples)
    }
    try write(evaluation, of: set, title: "\(PathName.lastComponent(of: model.path)) on \(set.images.count) images")
    for failure in evaluation.failures { printError("peregrine: \(failure)") }
    if !evaluation.failures.isEmpty { throw ExitStatus.partial }
  }

  private func write(_ evaluation: ClassifierEvaluator.Evaluation, of set: ClassifiedSet, title: String) throws {
    let result = evaluation.result
    if let json = output.json { try OutputFile.writeJSON(result, to: json, formatting: [.prettyPrinted, .sortedKeys]) }
    if let csv = output.csv { try OutputFile.write(Self.table(result).text, to: csv) }
    if let html = output.html {
      let byName = Dictionary(set.images.map { ($0.name, $0) }) { first, _ in first }
      let pictures = try result.mistakes.prefix(Self.pictureCount).compactMap { mistake in
        try byName[mistake.image].map { ClassificationPage.Picture(mistake, image: try $0.decoded()) }
      }
      try ClassificationPage(result, title: title, pictures: pictures).write(to: html)
    }
    print(ClassificationTables(result).text)
  }

  private static func table(_ result: ClassificationResult) -> CSVOutput {
    var table = CSVOutput(header: ["class", "images", "recall", "low", "high", "predicted", "precision", "f1"])
    for figures in result.classes {
      let recall = figures.recall
      table.append(
        [figures.name, CSVOutput.figure(recall.count)]
          + [recall.value, recall.low, recall.high].map { CSVOutput.figure($0) }
          + [CSVOutput.figure(figures.precision.count)]
          + [figures.precision.value, figures.f1].map { CSVOutput.figure($0) })
    }
    return table
  }
}

/// A classifier and the labelled images that it is measured on, as `evaluate` and `compare` open them.
struct ClassifierInput {
  let model: LoadedModel
  let data: String
  let list: String?

  init(_ model: LoadedModel, data: String, list: String?) {
    self.model = model
    self.data = data
    self.list = list
  }

  /// Opens both; the set has the model's classes.
  func open() throws -> (ClassifierPool, ClassifiedSet) {
    let model = model
    let pool = try ClassifierPool { weights in
      var options = ModelOptions()
      options.compilation.sharedWeights = weights
      return try ModelCatalog.classifier(of: model, options: options)
    }
    var set = try ClassifiedSet.read(at: data, classes: pool.classNames, ids: pool.classIDs)
    if let list { set = try set.split(byList: list).listed }
    return (pool, set)
  }
}
