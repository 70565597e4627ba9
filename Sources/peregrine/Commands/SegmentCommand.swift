import ArgumentParser
import CPUKernels
import Datasets
import Files
import Foundation
import ImageCodecs
import Inference
import ModelZoo
import Models
import NetworkPlans
import Training

struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Say of every pixel what it belongs to, in images or in video from a pipe.",
    discussion: """
      Folders are searched for JPEG, PNG, WebP, TIFF and BMP files. An image that cannot be read is reported, the others \
      are done all the same, and the exit code is 1. Results come in the images' order, and are the same for any number \
      of threads.

      Label files are PNG of one byte a pixel with a palette; the byte is the class's id, which is its byte in the labels \
      that were trained on. Probabilities are NumPy arrays of 16-bit floats, classes × height × width, with the classes in \
      the order in which 'inspect' lists them; the class of a label file is the most probable one.

      With --tiles an image of any size takes memory for its pixels, its labels and one tile. How the tiles lie, and whether \
      the network sees enough of the image in each for results without seams, is said on standard error and in --json.

      A single - reads images from standard input as 'detect' does, or with --raw frames without compression; files of a \
      frame are called frame-000001 and so on.
      """)

  @Argument(help: "Images and folders of images, or - for a stream.")
  var images: [String]
  @Option(
    help: ArgumentHelp(
      "The stream consists of frames of this size, 3 bytes per pixel: red, green, blue.", valueName: "WIDTHxHEIGHT"))
  var raw: FrameSize?
  @Option(help: "Model file of a segmenter, as 'train' and 'import' write it.")
  var model: String
  @Option(help: "Folder for label files, NAME.png for each image.")
  var labels: String?
  @Option(help: "Folder for copies of the images with every pixel mixed with its class's colour.")
  var overlay: String?
  @Option(help: "Folder for the probabilities of all classes, NAME.npy for each image.")
  var probabilities: String?
  @OptionGroup var tiles: TileArguments
  @OptionGroup var precision: PrecisionArgument
  @Option(help: "Colours of the classes: a CSV file with the columns name, r, g and b, such as the data's classes.csv.")
  var colors: String?
  @Option(help: "Write the classes' areas as JSON: a list with one object per image.")
  var json: String?
  @Option(help: "Write one JSON object per image and line, each as soon as it is done; - for standard output.")
  var jsonLines: String?
  @Option(help: "Write a row for each image and class: image, label, class id, pixels, share.")
  var csv: String?
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  private var isStream: Bool { images == ["-"] }

  func validate() throws {
    if images.isEmpty { throw ValidationError("name images or folders, or - for a stream") }
    if images.contains("-") && !isStream { throw ValidationError("- for standard input stands alone") }
    if raw != nil && !isStream { throw ValidationError("--raw is for a stream: peregrine segment - --raw 1280x720") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try MissingInput.check(model, "a model file")
      if let colors { try MissingInput.checkFile(colors, "a list of classes with colours") }
      let outputs = try RunOutputs(texts: [("--json", json), ("--json-lines", jsonLines), ("--csv", csv)]).check(
        reading: [model, colors] + images.filter { !FileIdentity.isFolder($0) })
      for folder in [labels, overlay, probabilities].compactMap(\.self) { try OutputFolder.check(folder) }
      let files = isStream ? [] : try ImageFiles.find(images)
      try outputs.checkDistinct(from: files)
      let pool = try pool(imageCount: isStream ? nil : files.count)
      let written = try folders(for: files, pool: pool)
      let interruption = Interruption()
      let isCancelled = { @Sendable in interruption.isRequested }
      let inputs =
        isStream
        ? ImageInputs(descriptor: 0, form: raw.map { .raw($0.size) } ?? .files, isCancelled: isCancelled)
        : ImageInputs(files: files, isCancelled: isCancelled)
      try interruption.listen {
        let run = SegmentationRun(pool: pool, inputs: inputs, outputs: written)
        defer {
          interruption.request()
          run.cancel()
        }
        try report(run, total: isStream ? nil : files.count, interruption)
      }
    }
  }

  private func report(_ run: SegmentationRun, total: Int?, _ interruption: Interruption) throws {
    var output = try ImageRunOutput("segment", total: total, jsonLines: jsonLines)
    var table = CSVOutput(header: ["image", "label", "classId", "pixels", "share"])
    try JSONListFile.write(ifNamed: json) { reports in
      while let outcome = try run.next() {
        try output.show(outcome, text: Self.text)
        guard let report = outcome.report else { continue }
        try reports?.append(report)
        for entry in report.classes where csv != nil {
          table.append([
            report.image, entry.label, String(entry.classId), String(entry.pixels), CSVOutput.figure(entry.share),
          ])
        }
      }
      try output.checkWhole(wasInterrupted: interruption.isRequested)
    }
    if let csv { try OutputFile.write(table.text, to: csv) }
    try output.finish(wasInterrupted: isStream && interruption.isRequested)
  }

  private static func text(_ report: SegmentationReport) -> String {
    let heading = ImageRunOutput.heading(report.image, width: report.width, height: report.height)
    return report.classes.sorted { $0.pixels > $1.pixels }.reduce(heading) { text, entry in
      text + "\n  \(String(format: "%5.1f", 100 * entry.share)) %  \(TerminalText.escaped(entry.label))"
    }
  }

  /// Makes the folders. Throws where a file in them would replace an image that is read, or be written twice.
  private func folders(for files: [String], pool: SegmenterPool) throws -> SegmentationRun.Outputs {
    let labelNames = labels.map { AnnotatedNames(folder: $0, for: files, format: "png") }
    let overlayNames = overlay.map { AnnotatedNames(folder: $0, for: files) }
    let arrayNames = probabilities.map { AnnotatedNames(folder: $0, for: files, format: "npy") }
    let paths = [labelNames, overlayNames, arrayNames].compactMap(\.self).flatMap { names in
      files.map { names.path(for: $0) }
    }
    try OutputList.checkDistinct(paths, from: files)
    for folder in [labels, overlay, probabilities].compactMap(\.self) { try OutputFolder.make(folder) }
    return SegmentationRun.Outputs(
      labels: labelNames, overlays: overlayNames, probabilities: arrayNames, colors: try classColors(pool))
  }

  /// The list's, by the classes' names; of the others, and without a list, colours that are far from each other.
  private func classColors(_ pool: SegmenterPool) throws -> [RGBColor] {
    let listed = try colors.map { try LabelClasses.read($0).entries } ?? []
    let byName = Dictionary(listed.compactMap { entry in entry.color.map { (entry.name, $0) } }) { first, _ in first }
    if let colors, let missing = pool.classNames.first(where: { byName[$0] == nil }) {
      throw DatasetError(path: colors, problem: "has no colour for the model's class '\(missing)'")
    }
    return pool.classNames.enumerated().map { byName[$1] ?? .ofClass($0) }
  }

  private func pool(imageCount: Int?) throws -> SegmenterPool {
    let model = try precision.model(.file(model))
    // For a few images packing weights for the quickest kernels would take longer than it saves.
    let compilation = CompilationOptions(expectedRuns: (imageCount ?? .max) <= 3 && !tiles.tiles ? 1 : 1000)
    let (tiling, augmentation) = (tiles.options, tiles.testTimeAugmentation)
    return try TileArguments.pool(imageCount: imageCount, tiling: tiling) { weights in
      var options = ModelOptions(
        compilation: compilation, tiling: tiling, testTimeAugmentation: augmentation)
      options.compilation.sharedWeights = weights
      return try ModelCatalog.segmenter(of: model, options: options)
    }
  }
}
