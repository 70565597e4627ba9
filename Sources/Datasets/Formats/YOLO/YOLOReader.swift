/// Reads Darknet's label files: `class centre-x centre-y width height` a line, fractions of the image's size.
///
/// Longer lines are polygons, oriented boxes or boxes with keypoints, as newer programs write them (``YOLOLineKind``): the
/// box around the points is taken, or the box that stands there. A class may be given by its name.
enum YOLOReader {
  static func read(
    at path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let files = try YOLOFiles(at: path, options: options, audit: &audit)
    let labelled = try files.pairs.map { image, label in
      try YOLOLabels.File(image: image, path: label, names: files.names ?? fixedNames, audit: &audit)
    }
    let labels = try YOLOLabels(
      labelled, names: files.names, fixedNames: fixedNames,
      keypointShape: files.namesFile.flatMap { DataFile.isOne($0) ? try DataFile(path: $0).keypointShape() : nil },
      path: path, audit: &audit)
    var images = labels.images
    for (index, split) in files.splits.enumerated() { images[index].split = split }
    return DatasetSource(classes: labels.classes, images: images, boxForm: .centreAndSize)
  }
}

/// Writes `labels/*.txt` and `data.yaml` with the class names as a list.
enum YOLOWriter {
  static func write(_ dataset: LabelledDataset, names: [String], to folder: String) throws {
    try DatasetOutput.makeFolder(folder + "/labels")
    for (image, name) in zip(dataset.images, names) {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      let lines = image.objects.map { object in
        let box = object.box
        let numbers = [box.centerX / width, box.centerY / height, box.width / width, box.height / height]
        return ([String(object.classIndex)] + numbers.map(\.shortestText)).joined(separator: " ") + "\n"
      }
      try DatasetOutput.write(lines.joined(), to: "\(folder)/labels/\(FilePath.withoutExtension(name)).txt")
    }
    // One folder for both: how to part the images is for others to decide.
    let lines = ["train: images", "val: images", "nc: \(dataset.classes.count)", "names:"]
    let listed = dataset.classNames.map { "  - '\($0.replacing("'", with: "''"))'" }
    try DatasetOutput.write((lines + listed + [""]).joined(separator: "\n"), to: folder + "/data.yaml")
  }
}
