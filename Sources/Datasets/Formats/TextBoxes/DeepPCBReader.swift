import DetectionUtilities

/// Reads `x1 y1 x2 y2 class` lines in whole pixels, classes from 1 (Tang et al., "Online PCB Defect Detector On A New PCB
/// Defect Dataset", 2019). Names are the paper's six, unless a `classes.txt` beside the labels gives others.
enum DeepPCBReader {
  static let classNames = ["open", "short", "mousebite", "spur", "copper", "pin-hole"]

  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let layout = try TextLabelLayout(at: path, options: options)
    let names = try ClassNamesFile.find(near: layout.labelsFolder, levels: 2)?.names ?? classNames
    var images: [DatasetSource.Image] = []
    for (image, label) in layout.pairs(audit: &audit) {
      var objects: [DatasetSource.Object] = []
      if let label {
        for line in try TextFile(path: label).lines where !line.fields.isEmpty {
          let numbers = try audit.tolerating(image: image) { _ in
            // Some copies separate by commas.
            let fields = line.text.split { $0.isWhitespace || $0 == "," }
            let numbers = fields.compactMap { Int($0) }
            guard numbers.count == 5, fields.count == 5 else {
              throw DatasetError(
                path: label, line: line.number,
                problem: "'\(line.text.trimmed)'; expected five whole numbers: x1 y1 x2 y2 class")
            }
            return numbers
          }
          guard let numbers else { continue }
          objects.append(
            DatasetSource.Object(
              box: BoundingBox(
                x1: Double(numbers[0]), y1: Double(numbers[1]), x2: Double(numbers[2]), y2: Double(numbers[3])),
              classIndex: names.indices.contains(numbers[4] - 1) ? numbers[4] - 1 : nil, line: line.number))
        }
      }
      images.append(DatasetSource.Image(path: image, labelPath: label, objects: objects))
    }
    return DatasetSource(
      classes: names.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }
}
