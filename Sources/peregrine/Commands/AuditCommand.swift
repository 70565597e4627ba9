import ArgumentParser
import Datasets
import Files
import Foundation
import ImageCodecs
import Models

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Examine a labelled set: open every label and image, and list what is wrong.",
    discussion: """
      Labels with boxes, images with one class each (a folder per class, a CSV of file and class, IDX files), or images \
      with a class for every pixel (label files as CamVid, VOC, Cityscapes or folders 'images' and 'labels' have them). \
      Errors come first, then warnings, then notes. The exit code is 1 where there are errors, and 65 or 66 where the \
      set cannot be read at all. The set itself is never changed.
      """)

  @Argument(help: "Folder with images and labels or with a folder per class, COCO JSON or CSV file, or YOLO data.yaml.")
  var dataset: String
  @Option(help: "Format of the labels; guessed by default.")
  var format: DatasetFormat?
  @Option(help: "Folder with the image files, where it is not beside the labels.")
  var imagesFolder: String?
  @Option(help: "Boxes in text labels: xywh, xyxy (pixels) or relative; by default what the whole set shows.")
  var boxes: TextBoxForm?
  @Flag(help: "Examine the label files of a set that has boxes as well, such as VOC's SegmentationClass.")
  var labelMaps = false
  @Option(help: "Another set, such as the one to test on, that should have no image in common with this one.")
  var against: String?
  @Option(help: "Write every finding and the totals as JSON.")
  var json: String?
  @Option(help: "New folder for a copy without the errors: COCO labels, links to the images, the list of changes.")
  var clean: String?
  @Option(help: "Write the changes that --clean would make as JSON.")
  var patch: String?
  @Option(help: "Side of the network's input in pixels, for which box sizes are told.")
  var inputSize = 416
  @Option(help: "How many anchors to fit to the boxes.")
  var anchors = 9
  @Flag(help: "List every note, not only the first five of a kind.")
  var notes = false
  @Option(help: "Threads that decode images; by default one per core.")
  var threads: Int?

  func validate() throws {
    if clean != nil, patch != nil { throw ValidationError("--clean lists its changes already; leave out --patch") }
    for (name, value) in [("--input-size", inputSize), ("--anchors", anchors), ("--threads", threads ?? 1)]
    where value < 1 {
      throw ValidationError("\(name) is at least 1, not \(value)")
    }
    if inputSize > Preprocessing.longestSide {
      throw ValidationError("--input-size is at most \(Preprocessing.longestSide), not \(inputSize)")
    }
  }

  func run() throws {
    try reportingErrors {
      try MissingInput.check(dataset, "a folder with images and labels, or a label file")
      if let against { try MissingInput.check(against, "a folder with images and labels, or a label file") }
      if let imagesFolder { try MissingInput.check(imagesFolder, "a folder of images") }
      if isSegmented { return try auditLabelMaps() }
      if let classes = classFormat { return try auditClasses(classes) }
      let outputs = try RunOutputs(texts: [("--json", json), ("--patch", patch)]).check(
        reading: [dataset, imagesFolder, against])
      for path in [json, patch].compactMap(\.self) where !OutputDestination.isStream(path) { try checkOutside(path) }
      if let clean { try checkClean(clean) }
      let side = ImageSize(width: inputSize, height: inputSize)
      let cores = ProcessInfo.processInfo.activeProcessorCount
      let auditor = DatasetAuditor(threads: threads ?? cores, inputSize: side, anchorCount: anchors)
      var bar: ProgressLine?
      let report = try auditor.audit(
        at: dataset, format: format, imagesFolder: imagesFolder, boxes: boxes, against: against
      ) { done, total in
        if bar == nil { bar = ProgressLine("audit", total: total) }
        bar?.update(done)
      }
      try outputs.checkDistinct(from: report.dataset.images.map(\.path))
      let text = report.text(notesListed: notes ? .max : 5)
      if !text.isEmpty { print(text, terminator: "\n\n") }
      show(report)
      if let json { try report.writeJSON(to: json) }
      try writeChanges(report)
      print(report.totals)
      if report.count(.error) > 0 { throw ExitStatus.partial }
    }
  }

  /// A cleaned copy goes into a folder of its own, apart from the data.
  private func checkClean(_ folder: String) throws {
    try OutputFolder.check(folder)
    try checkOutside(folder)
    if try !OutputFolder.isEmpty(folder) {
      throw OutputError(.refused, path: folder, reason: "the folder is not empty")
    }
  }

  /// Nothing is written into the set: a file more would be part of it.
  func checkOutside(_ path: String) throws {
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    for set in [dataset, against].compactMap(\.self) where (real(path) + "/").hasPrefix(real(set) + "/") {
      throw OutputError(.refused, path: path, reason: "it is in the set \(set); choose a place outside of it")
    }
  }

  private func writeChanges(_ report: DatasetAuditReport) throws {
    guard clean != nil || patch != nil else { return }
    let cleaned = try CleanedDataset(report)
    if let clean {
      try cleaned.write(to: clean)
      print(
        "The cleaned copy is in \(clean): labels in instances.json, \(cleaned.changeCount) changes in changes.json; "
          + "its images are links to the files of the set")
    }
    if let patch {
      try cleaned.writePatch(to: patch)
      print("\(cleaned.changeCount) proposed changes are in \(OutputDestination.name(of: patch))")
    }
  }

  private func show(_ report: DatasetAuditReport) {
    let set = report.dataset
    let size = "\(set.images.count) images, \(set.objectCount) boxes, \(set.classes.count) classes"
    print("\(report.path) (\(report.format.rawValue)): \(size)")
    for reading in set.audit.readings { print("note: \(reading)") }
    var table = TextTable(header: ["class", "id", "boxes", "images"], numericColumns: [1, 2, 3])
    table.rows = report.classes.map { [$0.label.name, "\($0.label.id)", "\($0.boxes)", "\($0.images)"] }
    if !table.rows.isEmpty { print(table.text) }
    guard report.sizes.boxes > 0 else { return }
    show(report.sizes)
  }

  private func show(_ sizes: BoxSizeStatistics) {
    var table = TextTable(header: ["longer side", "boxes", "share"], numericColumns: [1, 2])
    table.rows = sizes.bins.map { bin in
      let range = bin.to.map { "\(Int(bin.from)) to \(Int($0))" } ?? "\(Int(bin.from)) or more"
      return [range, "\(bin.boxes)", percent(Double(bin.boxes) / Double(sizes.boxes))]
    }
    print("sizes in an input of \(sizes.inputSize), crowds left out:")
    print(table.text)
    print(
      "below 8 pixels \(percent(sizes.shareBelow8)), below 16 \(percent(sizes.shareBelow16)), "
        + "below 32 \(percent(sizes.shareBelow32))")
    guard let coverage = sizes.coverage else { return }
    let anchors = coverage.anchors.map { "\(Int($0.width.rounded()))×\(Int($0.height.rounded()))" }
    let number = "\(anchors.count) \(anchors.count == 1 ? "anchor" : "anchors")"
    print("\(number) fitted to them: \(anchors.joined(separator: " "))")
    print(
      "mean best IoU \(String(format: "%.3f", coverage.meanIoU)), sides more than 4 times off "
        + percent(coverage.uncoveredShare))
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
