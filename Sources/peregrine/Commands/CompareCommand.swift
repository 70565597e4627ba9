import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports
import Training

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compare detectors, classifiers or segmenters on one labelled set: precision, time, and how sure that is.",
    discussion: """
      An input is a model file, or detections that some program wrote (COCO results, CSV, or a folder of text files). \
      All are measured on the same images in one run: every model sees every image in turn, one image at a time, and \
      average precision and times come from the same runs. Detections of a file have no times.

      --sizes, --proposals, --precisions and --threads run every model at each of several settings. Every two of the \
      entries are compared on the same resampled images: which is better by how much, or that the set is too small to \
      say. In the table a * marks what no other entry beats in both time and AP.

      --iou-type segm compares masks in place of boxes, of models that predict them and of COCO results, and boundary the \
      masks and their boundaries; the folder's labels are a COCO file with masks then.

      Classifiers are compared with classifiers: how often each is right, and whether the images tell every two apart. \
      Segmenters are compared with segmenters, by their mean IoU.
      """)

  @Argument(help: "Model files and files of detections.")
  var inputs: [String]
  @Option(help: "Folder with images and labels.")
  var data: String
  @Option(help: "Text file that names the images to use, one file name per line.")
  var list: String?
  @Option(help: "Split to use: train, val or test; by default val of a data.yaml, all of a folder.")
  var split: DatasetSplit?
  @Flag(
    help:
      "Leave out and count detections in files of classes that the data does not have, as pycocotools does."
  )
  var acceptUnknownClasses = false
  @Flag(
    help: "Take scores in files outside of 0 to 1 as well: logits, percentages, negative numbers.")
  var acceptAnyScore = false
  @Option(
    help: """
      What overlaps are of: bbox, segm (masks) or boundary (the smaller of the IoU of masks and of their boundaries).
      """)
  var iouType: IoUType = .bbox
  @Option(
    help:
      "Write a page with plots, tables, error types and the images on which the models differ most."
  )
  var html: String?
  @Option(help: "Write everything that was measured as JSON.")
  var json: String?
  @Option(help: "Write a table of the entries as CSV.")
  var csv: String?
  @Option(
    help:
      "Input sizes at which to run the models, such as 320x256,512; by default each model's own.")
  var sizes: OptionList<ImageSize>?
  @Option(
    help:
      "Numbers of proposals for two-stage models, such as 50,100,200; by default each model's own.")
  var proposals: OptionList<Int>?
  @Option(
    help: """
      Precisions: f32, bf16 and int8, one or more; by default each model's own. A model in f32 is brought into int8 by up \
      to 16 of the images; 'quantize' does it with others.
      """)
  var precisions: OptionList<RequestedPrecision>?
  @Option(help: "Numbers of threads, such as 1,2; by default one per core.")
  var threads: OptionList<Int>?
  @Option(help: "How often every model sees every image.")
  var rounds = 3
  @Option(help: "Bootstrap resamples for intervals and comparisons of pairs.")
  var resamples = 1000
  @Option(help: "Seed of the resamples.")
  var seed: UInt64 = 0

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds is at least 1, not \(rounds)") }
    if resamples < 1 { throw ValidationError("--resamples is at least 1, not \(resamples)") }
    if let count = proposals?.values.first(where: { !(1...100_000).contains($0) }) {
      throw ValidationError("--proposals takes numbers from 1 to 100,000, not \(count)")
    }
    if let count = threads?.values.first(where: { !(1...1024).contains($0) }) {
      throw ValidationError("--threads takes numbers from 1 to 1,024, not \(count)")
    }
    let badSize = sizes?.values.first {
      !Preprocessing.allows(ImageSize(width: $0.width, height: $0.height)) || $0.width % 32 != 0 || $0.height % 32 != 0
    }
    if let size = badSize {
      throw ValidationError(
        "--sizes takes multiples of 32 up to \(Preprocessing.longestSide), with at most \(Preprocessing.mostPixels) "
          + "pixels, such as 320x256, not \(size.width)x\(size.height)")
    }
  }

  func run() throws {
    try reportingErrors {
      try RunOutputs(texts: [("--html", html), ("--json", json), ("--csv", csv)]).check(
        reading: inputs + [list], sets: [data])
      try MissingInput.check(data, "a folder with images and labels")
      if let list { try MissingInput.checkFile(list, "a text file with image names") }
      let models = try loadedModels()
      if let classifiers = try self.models(models, of: "a classifier", where: ModelCatalog.isClassifier) {
        return try compare(classifiers)
      }
      if let segmenters = try self.models(models, of: "a segmenter", where: ModelCatalog.isSegmenter) {
        return try compareSegmenters(segmenters)
      }
      let interruption = Interruption()
      let (measurement, notes) = try interruption.listen { try measure(interruption) }
      let bar = ProgressLine("analyse", total: measurement.finishedCount, unit: "detectors")
      let report = ComparisonReport(
        measurement, path: data,
        settings: ComparisonReport.Settings(resamples: resamples, seed: seed), notes: notes
      ) { done, _ in bar.update(done) }
      if let json { try report.write(to: json) }
      if let csv { try report.writeTable(to: csv) }
      if let html {
        let page = ComparisonPage(
          report, pictures: measurement.pictures(of: report), lineage: ModelCatalog.lineage)
        try page.write(to: html)
      }
      print(ComparisonTables(report).text)
      if !report.failures.isEmpty || !measurement.unreadable.isEmpty { throw ExitStatus.partial }
    }
  }

  /// The model files among the inputs.
  private func loadedModels() throws -> [LoadedModel] {
    try inputs.filter {
      PathName.fileExtension(of: $0).lowercased() == "safetensors" && FileManager.default.fileExists(atPath: $0)
    }.map { try LoadedModel(contentsOf: $0) }
  }

  /// The inputs where all of them are models of a kind other than detectors; nil where none is.
  ///
  /// - Throws: an error that names the first input that is none beside one.
  private func models(
    _ models: [LoadedModel], of kind: String, where isOfKind: (LoadedModel) -> Bool
  ) throws -> [LoadedModel]? {
    let found = models.filter(isOfKind)
    if found.isEmpty { return nil }
    if let other = inputs.first(where: { path in !found.contains { $0.path == path } }) {
      throw ComparisonError.otherKind(path: other, expected: "\(kind), as \(found[0].path) is")
    }
    return found
  }

  /// Refuses what goes with detectors alone.
  func refuseDetectorOptions() throws {
    if sizes != nil || proposals != nil || precisions != nil || threads != nil || iouType.needsMasks {
      throw ValidationError("--iou-type, --sizes, --proposals, --precisions and --threads are for detectors")
    }
  }

  private func measure(_ interruption: Interruption) throws -> (
    ComparisonMeasurement, notes: [String]
  ) {
    var inputs = try ComparisonInputs(self)
    print(inputs.dataset.audit.summary)
    let total = ComparisonMeasurement.imageCount(
      inputs.candidates, images: inputs.dataset.images.count, rounds: rounds)
    let memoryBar = ProgressLine("memory", total: inputs.probeCount, unit: "detectors")
    try inputs.measureMemory { done in
      if interruption.isRequested { throw Interrupted(done: 0, total: total) }
      memoryBar.update(done)
    }
    let bar = ProgressLine("compare", total: total)
    defer { bar.clear() }
    // As 'evaluate' has it: how many detections count is the protocol's alone.
    var options = DetectionOptions.evaluation
    options.maximumDetections = .max
    do {
      let measurement = try ComparisonMeasurement(
        of: inputs.candidates, on: inputs.dataset, rounds: rounds, options: options, iouType: iouType,
        isCancelled: { interruption.isRequested }, progress: { done, _ in bar.update(done) })
      return (measurement, inputs.notes)
    } catch let error as ComparisonMeasurement.Cancelled {
      bar.clear()
      throw Interrupted(done: error.done, total: error.total)
    }
  }
}
