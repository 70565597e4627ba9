/// Reads Darknet's label files: `class centre-x centre-y width height` a line, fractions of the image's size.
///
/// Longer lines are polygons, oriented boxes or boxes with keypoints, as newer programs write them (``YOLOLineKind``): the
/// box around the points is taken, or the box that stands there. Polygons and oriented boxes are masks too. A class may be
/// given by its name.
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
      readsMasks: options.readsMasks, path: path, audit: &audit)
    var images = labels.images
    for (index, split) in files.splits.enumerated() { images[index].split = split }
    return DatasetSource(classes: labels.classes, images: images, boxForm: .centreAndSize)
  }
}
