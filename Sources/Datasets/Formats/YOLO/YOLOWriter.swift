import DetectionUtilities
import ImageCodecs

/// Writes `labels/*.txt` and `data.yaml` with the class names as a list. Objects with a mask are written as outlines, the others
/// as boxes.
enum YOLOWriter {
  /// - Returns: What of the masks got lost: those without a pixel or whose line would be too long to be read, and boxes that are not those around their
  ///   outlines.
  static func write(
    _ dataset: LabelledDataset, names: [String], to folder: String
  ) throws -> [ConversionLoss: Int] {
    try DatasetOutput.makeFolder(folder + "/labels")
    var losses: [ConversionLoss: Int] = [:]
    // How many numbers the outlines have.
    var lengths: Set<Int> = []
    for (image, name) in zip(dataset.images, names) {
      let lines = image.objects.map { object in
        let (line, length, loss) = line(for: object, in: image.size)
        if let length { lengths.insert(length) }
        if let loss { losses[loss, default: 0] += 1 }
        return line
      }
      try DatasetOutput.write(lines.joined(), to: "\(folder)/labels/\(FilePath.withoutExtension(name)).txt")
    }
    // One folder for both: how to part the images is for others to decide.
    var lines = ["train: images", "val: images", "nc: \(dataset.classes.count)"]
    // Outlines of one length may be taken for boxes with keypoints.
    if lengths.count == 1, lengths != [8] { lines.append("kpt_shape: [0, 0]") }
    lines += ["names:"] + dataset.classNames.map { "  - '\($0.replacing("'", with: "''"))'" }
    try DatasetOutput.write((lines + [""]).joined(separator: "\n"), to: folder + "/data.yaml")
    return losses
  }

  /// A line, how many numbers of an outline it has, and what it leaves out.
  private static func line(
    for object: LabelledObject, in size: ImageSize
  ) -> (line: String, length: Int?, loss: ConversionLoss?) {
    func text(_ numbers: [Double]) -> String {
      ([String(object.classIndex)] + numbers.map(\.shortestText)).joined(separator: " ") + "\n"
    }
    let (width, height) = (Double(size.width), Double(size.height))
    let box = object.box
    let boxLine = text([box.centerX / width, box.centerY / height, box.width / width, box.height / height])
    guard let segmentation = object.segmentation else { return (boxLine, nil, nil) }
    guard let outline = YOLOOutline.points(of: segmentation, in: size), outline.count >= 6 else {
      return (boxLine, nil, .mask)
    }
    let line = text(
      outline.enumerated().map { YOLOOutline.fraction($0.element, of: $0.offset.isMultiple(of: 2) ? width : height) })
    guard line.utf8.count <= TextFile.longestLine, let around = BoundingBox(around: outline) else {
      return (boxLine, nil, .mask)
    }
    let difference = max(
      abs(around.x1 - box.x1), abs(around.y1 - box.y1), abs(around.x2 - box.x2), abs(around.y2 - box.y2))
    return (line, outline.count, difference > 0.5 ? .boxBesideMask : nil)
  }
}
