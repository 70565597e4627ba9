import ArgumentParser
import Datasets
import Files
import Foundation

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a dataset's labels in another format.",
    discussion: """
      Boxes keep all their digits and are not repaired. Masks go along to coco, and as outlines to yolo. Printed are what \
      was found in the labels, which class becomes which, and what the new format has no place for. coco, openimages and \
      csv are one file where OUTPUT ends in .json or .csv, and a folder otherwise, as the others are. OUTPUT must be new.
      """)

  @Argument(help: "Folder with labels, or the one file of a format that has one.")
  var input: String
  @Argument(help: "Folder or file to be made.")
  var output: String
  @Option(help: "Format of the input; guessed where the folder is clear.")
  var from: DatasetFormat?
  @Option(help: "Format of the output: coco, voc, yolo, openimages or csv; the others are only read.")
  var to: DatasetFormat
  @Option(help: "Class names of the output in order, one per line or a data.yaml. Labels of other classes are refused.")
  var classes: String?
  @Option(help: "Only this split: train, val or test; by default all of them.")
  var split: DatasetSplit?
  @Option(help: "Folder with the images, if it is not where the format has it.")
  var imagesFolder: String?
  @Option(help: "Boxes in text labels: xywh, xyxy (pixels) or relative; by default what the whole set shows.")
  var boxes: TextBoxForm?
  @Option(help: "How the images come along; by default yolo links them, the others leave them where they are.")
  var images: ImageTransfer?

  func validate() throws {
    guard to.isWritable else {
      throw ValidationError("--to is coco, voc, yolo, openimages or csv; \(to.rawValue) is only read")
    }
  }

  func run() throws {
    try reportingErrors {
      try MissingInput.check(input, "a dataset")
      if let classes { try MissingInput.checkFile(classes, "a file of class names") }
      if let imagesFolder { try MissingInput.check(imagesFolder, "a folder of images") }
      try checkOutput()
      let format = try from ?? DatasetFormat.guess(at: input)
      let dataset = try LabelledDataset.read(
        at: input, format: format, classes: try classes.map(ClassNamesFile.read),
        options: DatasetReadingOptions(
          imagesFolder: imagesFolder, requiresImages: false, treatment: .asWritten, boxes: boxes,
          splits: split.map { .only($0) } ?? .all, readsMasks: true, needsMasks: false))
      print("\(input): \(format.name)")
      print(dataset.audit.summary)
      let absent = dataset.images.count { !FileManager.default.fileExists(atPath: $0.path) }
      if absent > 0 { print("note: \(absent) images are not there; their sizes are those of the labels") }
      let report = try dataset.write(to: output, format: to, images: images)
      show(dataset, report)
      // What was left out is named above; the rest is done.
      let leftOut: [DatasetFinding] = [
        .invertedBox, .nonFiniteBox, .unknownClass, .unreadableImage, .truncatedImage, .missingImage,
        .labelsWithoutImage, .invalidMask,
      ]
      if leftOut.contains(where: { dataset.audit[$0] > 0 }) { throw ExitStatus.partial }
    }
  }

  private func checkOutput() throws {
    try to.checkOutput(output)
    if to.isOneFile(output) { try RunOutputs(texts: [("OUTPUT", output)]).check(reading: [input, classes]) }
  }

  private func show(_ dataset: LabelledDataset, _ report: DatasetWritingReport) {
    var table = TextTable(header: ["id", "class", "boxes", "written as"], numericColumns: [0, 2])
    for (index, label) in dataset.classes.enumerated() {
      table.rows.append([
        "\(label.id)", label.name, "\(dataset.audit.boxesPerClass[index].boxes)", report.writtenClasses[index],
      ])
    }
    print(table.text)
    let ids = dataset.classes.map(\.id)
    if let first = ids.min(), let last = ids.max(), ids.haveGaps {
      print("note: the ids \(first) to \(last) of \(ids.count) classes have gaps; an id is not a class index")
    }
    print(report.summary)
  }
}

extension DatasetFormat: ExpressibleByArgument {}
extension ImageTransfer: ExpressibleByArgument {}
