import ArgumentParser
import CPUKernels
import Datasets
import Evaluation
import Files
import Foundation
import ImageCodecs
import Inference
import ModelZoo
import Models
import NetworkPlans
import Training

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Find objects in images, or in video from a pipe.",
    discussion: """
      Folders are searched for JPEG, PNG, WebP, TIFF and BMP files. An image that cannot be read, or is of another \
      kind such as GIF or HEIC, is reported, the others are done all the same, and the exit code is 1. Several images are \
      worked on at a time, each on its own processors; results come in the images' order, and are the same for any \
      number of threads.

      A single - reads JPEG, PNG, WebP or BMP images, one behind the other, from standard input, or with --raw frames \
      without compression. Every frame is reported as soon as it is done; Ctrl-C ends the stream, and what is done is \
      written:

        ffmpeg -v error -i film.mp4 -f image2pipe -c:v mjpeg -q:v 2 - | peregrine detect -
        ffmpeg -v error -i film.mp4 -f rawvideo -pix_fmt rgb24 - | peregrine detect - --raw 1280x720
        ffmpeg -v error -f v4l2 -i /dev/video0 -vf fps=5 -f image2pipe -c:v mjpeg - | peregrine detect - --json-lines -
      """)

  @Argument(help: "Images and folders of images, or - for a stream.")
  var images: [String] = []
  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Detect on the images of a labelled set, whose image ids --coco then uses.")
  var data: String?
  @Option(
    help: ArgumentHelp(
      "The stream consists of frames of this size, 3 bytes per pixel: red, green, blue.", valueName: "WIDTHxHEIGHT"))
  var raw: FrameSize?
  @Option(help: "Lowest score to report.")
  var confidence = 0.25
  @Option(help: "Overlap (IoU) above which the weaker of two boxes of a class is dropped.")
  var iou = 0.45
  @Option(help: "Most objects to report per image: the best scored ones, counted after overlapping boxes were dropped.")
  var maxDetections = DetectionOptions().maximumDetections
  @OptionGroup var twoStage: TwoStageArguments
  @OptionGroup var precision: PrecisionArgument
  @Option(help: "Write all detections as JSON: a list with one object per image.")
  var json: String?
  @Option(help: "Write one JSON object per image and line, each as soon as it is done; - for standard output.")
  var jsonLines: String?
  @Option(help: "Write all detections as COCO results.")
  var coco: String?
  @Option(
    help: "Folder for copies of the images with the boxes drawn in; above 100 million pixels at a reduced size.")
  var annotate: String?
  @Option(help: "How the way of computing each convolution is chosen: by a table, or by measuring some or all ways.")
  var tune = ConvolutionTuning.off
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  private var isStream: Bool { images == ["-"] }

  func validate() throws {
    if images.isEmpty == (data == nil) {
      throw ValidationError("name images or folders, or a labelled set with --data")
    }
    if images.contains("-") && !isStream { throw ValidationError("- for standard input stands alone") }
    if raw != nil && !isStream { throw ValidationError("--raw is for a stream: peregrine detect - --raw 1280x720") }
    if !(0...1).contains(confidence) { throw ValidationError("--confidence lies between 0 and 1, not \(confidence)") }
    if !(0...1).contains(iou) { throw ValidationError("--iou lies between 0 and 1, not \(iou)") }
    if maxDetections < 1 { throw ValidationError("--max-detections is at least 1, not \(maxDetections)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      if let model { try MissingInput.check(model, "a model file") }
      let outputs = try RunOutputs(texts: textOutputs).check(
        reading: [model, data, twoStage.proposals] + images.filter { !FileIdentity.isFolder($0) })
      if let annotate { try OutputFolder.check(annotate) }
      let (paths, imageIDs, areSomeLeftOut) = try files()
      try outputs.checkDistinct(from: paths)
      let pool = try pool(imageCount: isStream ? nil : paths.count)
      let annotatedNames = annotate.map { AnnotatedNames(folder: $0, for: paths) }
      try OutputList.checkDistinct(annotatedNames.map { paths.map($0.path(for:)) } ?? [], from: paths)
      if let annotate { try OutputFolder.make(annotate) }

      let interruption = Interruption()
      let isCancelled = { @Sendable in interruption.isRequested }
      let inputs =
        isStream
        ? ImageInputs(descriptor: 0, form: raw.map { .raw($0.size) } ?? .files, isCancelled: isCancelled)
        : ImageInputs(files: paths, isCancelled: isCancelled)
      try interruption.listen {
        let run = DetectionRun(pool: pool, annotatedNames: annotatedNames, inputs: inputs)
        defer {
          interruption.request()
          run.cancel()
        }
        let total = isStream ? nil : paths.count
        var output = try ImageRunOutput("detect", total: total, jsonLines: jsonLines)
        try writingFiles(imageIDs: imageIDs) { reports, results in
          while let outcome = try run.next() {
            try output.show(outcome, text: text)
            try results?.append(outcome.report, of: outcome.image)
            if let report = outcome.report { try reports?.append(report) }
          }
          try output.checkWhole(wasInterrupted: interruption.isRequested)
        }
        try output.finish(
          made: annotate.map { "Annotated images are in \(TerminalText.escaped($0))" },
          wasInterrupted: interruption.isRequested)
        if areSomeLeftOut { throw ExitStatus.partial }
      }
    }
  }

  private static let imagesOfAShortRun = 3

  private func files() throws -> (paths: [String], imageIDs: [Int]?, areSomeLeftOut: Bool) {
    if isStream { return ([], nil, false) }
    guard let data else { return (try ImageFiles.find(images), nil, false) }
    try MissingInput.check(data, "a folder with images and labels")
    let dataset = try LabelledDataset.read(at: data)
    if dataset.images.isEmpty { throw DatasetError(path: data, problem: "holds no image") }
    let paths = dataset.images.map(\.path)
    let leftOut = ImageFiles.imagesLeftOut(of: dataset)
    for remark in ImageFiles.remarks(on: paths) + leftOut { printError("peregrine: \(remark)") }
    return (paths, dataset.images.map(\.id), !leftOut.isEmpty)
  }

  private var textOutputs: [(option: String, path: String?)] {
    let list = coco.flatMap { data == nil ? COCODetections.listPath(beside: $0) : nil }
    return [("--json", json), ("--json-lines", jsonLines), ("--coco", coco), ("the list of images of --coco", list)]
  }

  private func pool(imageCount: Int?) throws -> DetectorPool {
    let (source, twoStage) = (ModelSource(path: model), try twoStage.options)
    // For a few images packing weights for the quickest kernels would take longer than it saves.
    let isShort = imageCount.map { $0 <= Self.imagesOfAShortRun } ?? false
    let compilation = CompilationOptions(tuning: tune, expectedRuns: isShort ? 1 : 1000)
    let options = ModelOptions(
      detection: DetectionOptions(confidence: confidence, iou: iou, maximumDetections: maxDetections),
      compilation: compilation)
    return try DetectorPool(imageCount: imageCount) { weights in
      var options = options
      options.compilation.sharedWeights = weights
      return try ModelCatalog.detector(of: precision.model(source), twoStage: twoStage, options: options)
    }
  }

  /// Opens the files that were asked for; they get their names when `body` is through.
  private func writingFiles(
    imageIDs: [Int]?, _ body: (_ reports: JSONListFile?, _ results: COCODetections?) throws -> Void
  ) throws {
    func writingResults(_ reports: JSONListFile?) throws {
      guard let coco else { return try body(reports, nil) }
      try COCODetections.write(to: coco, imageIDs: imageIDs) { try body(reports, $0) }
    }
    try JSONListFile.write(ifNamed: json, writingResults)
  }

  private func text(_ report: DetectionReport) -> String {
    let heading = ImageRunOutput.heading(report.image, width: report.width, height: report.height) + "\n"
    if report.detections.isEmpty { return "\(heading)  no objects above \(confidence)" }
    var table = TextTable(header: ["", "label", "score", "x1", "y1", "x2", "y2"], numericColumns: [2, 3, 4, 5, 6])
    for detection in report.detections {
      table.rows.append(
        ["", detection.label, String(format: "%.3f", detection.score)]
          + detection.box.map { String(format: "%.1f", $0) })
    }
    return heading + table.text
  }
}

/// The size of raw frames, as a user writes it.
struct FrameSize: ExpressibleByArgument {
  var size: ImageSize

  init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], (1...65_536).contains(width),
      (1...65_536).contains(height)
    else { return nil }
    size = ImageSize(width: width, height: height)
  }
}
