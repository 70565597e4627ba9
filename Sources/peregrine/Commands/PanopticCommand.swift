import ArgumentParser
import CPUKernels
import Datasets
import DetectionUtilities
import Files
import Foundation
import ImageCodecs
import Inference
import ModelZoo
import Models
import NetworkPlans
import Training

struct PanopticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "panoptic", abstract: "Give every pixel of an image an object or a region of stuff.",
    discussion: """
      Instances come from a detector that predicts masks, stuff from a segmenter, and both are joined as COCO's own programs do: \
      instances in descending score, each without the pixels that better ones have, then stuff on what is left. What the segmenter \
      says of the detector's classes, and of a class called background, counts for nothing.

        peregrine panoptic photos --instances mask-rcnn.safetensors --semantics segmenter.safetensors --output panoptic.json

      A detector that was trained with a semantic head of its own (fasterRCNN.semantics) finds both, and needs no segmenter.

      With --data the images are those that a panoptic COCO file lists, under its ids, so that the result can be evaluated. Both \
      parts may come from files then: results of 'detect --coco' or any other program, and label files, NAME.png, whose bytes are \
      categories' ids, or a list of COCO's stuff results.

        peregrine panoptic --data panoptic_val2017.json --instances panoptic-fpn.safetensors --output found.json
        peregrine panoptic --data panoptic_val2017.json --instances results.json --semantics labels --output found.json
        peregrine evaluate --ground-truth panoptic_val2017.json --detections found.json

      The list of segments goes to the file that --output names, with a picture for every image in the folder of its name, as \
      COCO's panoptic form has it; 'evaluate' reads both.
      """)

  @Argument(help: "Images and folders of images; none with --data.")
  var images: [String] = []
  @Option(
    help: "Model file of a detector that predicts masks; with --data also a .json file of COCO results with masks.")
  var instances: String
  @Option(
    help: """
      Model file of a segmenter, by default the detector's own semantic head; beside a file of results a folder of label files, or a \
      file of COCO's stuff results.
      """)
  var semantics: String?
  @Option(help: "Panoptic COCO file that lists the images, and the categories of files of results.")
  var data: String?
  @Option(help: "Folder of the images of --data, where they are not beside it.")
  var imagesFolder: String?
  @Option(help: "File for the list of segments; its pictures go to the folder of its name without .json.")
  var output: String
  @Option(help: "Lowest score of an instance.")
  var confidence = PanopticMerger().minimumScore
  @Option(help: "Largest share of an instance's pixels that better ones may have; beyond it is left out.")
  var overlap = PanopticMerger().largestOverlap
  @Option(help: "Fewest pixels of a region of stuff; smaller ones are left out.")
  var stuffArea = PanopticMerger().minimumStuffArea
  @OptionGroup var tiles: TileArguments
  @OptionGroup var precision: PrecisionArgument
  @Option(help: "Folder for copies of the images with every pixel mixed with its segment's colour.")
  var overlay: String?
  @Option(help: "Write one JSON object per image and line, each as soon as it is done; - for standard output.")
  var jsonLines: String?
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  func validate() throws {
    if images.isEmpty == (data == nil) {
      throw ValidationError("name images or folders, or a panoptic file with --data")
    }
    if data == nil, imagesFolder != nil { throw ValidationError("--images-folder goes with --data") }
    if mergesFiles {
      guard data != nil else { throw ValidationError("--instances is a file of results: name its images with --data") }
      if semantics == nil {
        throw ValidationError("a file of results wants --semantics: label files, or COCO's stuff results")
      }
      let options = [
        ("--overlay", overlay != nil), ("--json-lines", jsonLines != nil),
        ("--precision", precision.precision != nil), ("--images-folder", imagesFolder != nil),
      ]
      for option in tiles.given + options.filter(\.1).map(\.0) {
        throw ValidationError("\(option) goes with models, not with files of results")
      }
    }
    if PathName.fileExtension(of: output) != "json" { throw ValidationError("--output is a .json file, not \(output)") }
    if !(0...1).contains(confidence) { throw ValidationError("--confidence lies between 0 and 1, not \(confidence)") }
    if !(0...1).contains(overlap) { throw ValidationError("--overlap lies between 0 and 1, not \(overlap)") }
    if stuffArea < 0 { throw ValidationError("--stuff-area is at least 0, not \(stuffArea)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try MissingInput.check(instances, mergesFiles ? "a file of COCO results" : "a model file")
      if let semantics {
        try MissingInput.check(semantics, mergesFiles ? "label files or COCO's stuff results" : "a model file")
      }
      let outputs = try RunOutputs(texts: [("--output", output), ("--json-lines", jsonLines)]).check(
        reading: [instances, semantics, data] + images.filter { !FileIdentity.isFolder($0) })
      for folder in [pictures, overlay].compactMap(\.self) { try OutputFolder.check(folder) }
      if mergesFiles, let data, let semantics { return try mergeFiles(of: data, semantics: semantics) }
      let (files, imageIDs) = try files()
      try outputs.checkDistinct(from: files)
      let pool = try pool(imageCount: files.count)
      let names = AnnotatedNames(folder: pictures, for: files, format: "png")
      let overlayNames = overlay.map { AnnotatedNames(folder: $0, for: files) }
      try OutputList.checkDistinct(
        [names, overlayNames].compactMap(\.self).flatMap { names in files.map { names.path(for: $0) } }, from: files)
      for folder in [pictures, overlay].compactMap(\.self) { try OutputFolder.make(folder) }
      let interruption = Interruption()
      let inputs = ImageInputs(files: files, isCancelled: { interruption.isRequested })
      try interruption.listen {
        let run = PanopticRun(
          pool: pool.models, classes: pool.classes, inputs: inputs,
          outputs: PanopticRun.Outputs(pictures: names, overlays: overlayNames))
        defer {
          interruption.request()
          run.cancel()
        }
        try report(run, classes: pool.classes, total: files.count, imageIDs: imageIDs, interruption)
      }
    }
  }

  /// Whether both parts come from files.
  private var mergesFiles: Bool { PathName.fileExtension(of: instances) == "json" }

  /// The images, and their ids in the set that lists them.
  private func files() throws -> (paths: [String], imageIDs: [Int]?) {
    guard let data else { return (try ImageFiles.find(images), nil) }
    try MissingInput.checkFile(data, "a panoptic COCO file")
    let dataset = try LabelledDataset.read(at: data, options: DatasetReadingOptions(imagesFolder: imagesFolder))
    for remark in ImageFiles.imagesLeftOut(of: dataset) { printError("peregrine: \(remark)") }
    return (dataset.images.map(\.path), dataset.images.map(\.id))
  }

  private var pictures: String { PanopticResultsFile.picturesFolder(of: output) }

  /// Where the results are, in words.
  private var place: String { "\(TerminalText.escaped(output)), their pixels in \(TerminalText.escaped(pictures))" }

  private var merger: PanopticMerger {
    var merger = PanopticMerger()
    (merger.minimumScore, merger.largestOverlap, merger.minimumStuffArea) = (confidence, overlap, stuffArea)
    return merger
  }

  /// Models, one on each of several threads.
  private func pool(imageCount: Int) throws -> (models: PanopticPool, classes: PanopticClasses) {
    let detector = try precision.model(.file(instances))
    guard try ModelCatalog.predictsMasks(detector) else {
      throw ValidationError("--instances: \(instances) predicts no masks; expected a detector that does")
    }
    let segmenter = try semantics.map { try precision.model(.file($0)) }
    let compilation = CompilationOptions(expectedRuns: imageCount <= 3 && !tiles.tiles ? 1 : 1000)
    // Each keeps the packed weights of its own network.
    let (detectorWeights, segmenterWeights) = (SharedWeights(), SharedWeights())
    let (tiling, merger, path) = (tiles.options, merger, instances)
    let augmentation = tiles.testTimeAugmentation
    let make: @Sendable () throws -> PanopticSegmenter = {
      var options = ModelOptions(compilation: compilation)
      options.detection.confidence = merger.minimumScore
      options.compilation.sharedWeights = detectorWeights
      let found = try ModelCatalog.detector(of: detector, options: options)
      guard let segmenter else {
        guard let found = found as? any StuffDetector, !found.stuffClasses.isEmpty else {
          throw ValidationError("\(path) has no semantic head of its own; name a segmenter with --semantics")
        }
        return PanopticSegmenter(found, merger: merger)
      }
      options = ModelOptions(
        compilation: compilation, tiling: tiling, testTimeAugmentation: augmentation)
      options.compilation.sharedWeights = segmenterWeights
      return PanopticSegmenter(
        instances: found, semantics: try ModelCatalog.segmenter(of: segmenter, options: options), merger: merger)
    }
    let classes = try make().classes
    return (
      try PanopticPool(imageCount: imageCount, maximumCount: tiling == nil ? 8 : 1, make: make), classes
    )
  }

  private func report(
    _ run: PanopticRun, classes: PanopticClasses, total: Int, imageIDs: [Int]?, _ interruption: Interruption
  ) throws {
    var shown = try ImageRunOutput("panoptic", total: total, jsonLines: jsonLines)
    let results = PanopticResultsFile(
      path: output,
      categories: classes.entries.map { PanopticResultsFile.Category(id: $0.id, name: $0.name, isThing: $0.isThing) })
    while let outcome = try run.next() {
      try shown.show(outcome, text: Self.text)
      guard let report = outcome.report else { continue }
      results.append(
        PanopticResultsFile.Image(
          id: imageIDs?[shown.count - 1] ?? shown.count, width: report.width, height: report.height,
          fileName: PathName.lastComponent(of: report.image)),
        picture: PathName.lastComponent(of: report.picture),
        segments: report.segments.map {
          PanopticPicture.Segment(id: $0.id, categoryID: $0.classId, area: $0.area, bbox: $0.bbox)
        })
    }
    try shown.checkWhole(wasInterrupted: interruption.isRequested)
    try results.write()
    try shown.finish(made: "Segments are in \(place)")
  }

  private static func text(_ report: PanopticReport) -> String {
    let heading = ImageRunOutput.heading(report.image, width: report.width, height: report.height)
    let total = Double(max(1, report.width * report.height))
    return report.segments.reduce(heading) { text, segment in
      text + "\n  \(String(format: "%5.1f", 100 * Double(segment.area) / total)) %  "
        + TerminalText.escaped(segment.label) + (segment.isThing ? "" : " (stuff)")
    }
  }

  /// Joins what two files have of the images that a third one lists.
  private func mergeFiles(of data: String, semantics: String) throws {
    try MissingInput.checkFile(data, "a panoptic COCO file")
    let parts = try PanopticParts(set: data, instances: instances, semantics: semantics)
    if parts.unknownImageCount > 0 {
      printError("peregrine: \(parts.unknownImageCount) records of images that \(data) does not have are left out")
    }
    try OutputFolder.make(pictures)
    let results = PanopticResultsFile(
      path: output,
      categories: parts.classes.map { PanopticResultsFile.Category(id: $0.id, name: $0.name, isThing: $0.isThing) })
    let bar = ProgressLine("panoptic", total: parts.images.count)
    var segmentCount = 0
    for (index, image) in parts.images.enumerated() {
      let (instances, stuff) = try parts.found(inImageAt: index)
      let merged = merger(width: image.size.width, height: image.size.height, instances: instances, stuff: stuff)
      let picture = PanopticPicture(merged, size: image.size, categoryIDs: parts.classes.map(\.id))
      let name = PathName.withoutExtension(PathName.lastComponent(of: image.fileName)) + ".png"
      // Many files are written, and a lost one is made again.
      try OutputFile.write(
        picture.image.encodedPNG(), to: PathName.joined(pictures, name), isSynchronised: false)
      results.append(
        PanopticResultsFile.Image(
          id: image.id, width: image.size.width, height: image.size.height, fileName: image.fileName),
        picture: name, segments: picture.segments)
      segmentCount += picture.segments.count
      bar.update(index + 1)
    }
    try results.write()
    print("\(segmentCount) segments in \(parts.images.count) images are in \(place)")
  }
}
