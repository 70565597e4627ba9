import DetectionUtilities

/// The label files of a YOLO set, taken together: what their longer lines are, and which class is which, shows in the
/// whole set alone.
struct YOLOLabels {
  struct File {
    var image: String
    var path: String?
    fileprivate var lines: [YOLOLabelLine] = []

    /// - Parameter names: Of the classes, where they are known.
    init(image: String, path: String?, names: [String]?, audit: inout DatasetAudit) throws {
      self.image = image
      self.path = path
      guard let path else { return }
      let known = Set(names ?? [])
      for line in try TextFile(path: path).lines {
        let label = try audit.tolerating(image: image) { _ in try YOLOLabelLine(line, names: known, path: path) }
        if let label = label ?? nil { lines.append(label) }
      }
    }
  }

  let classes: [ObjectClass]
  private(set) var images: [DatasetSource.Image] = []

  /// - Parameters:
  ///   - names: The set's own list of classes.
  ///   - fixedNames: The list that takes its place where it is missing; every index has to be in it.
  ///   - keypointShape: `kpt_shape` of the `data.yaml`.
  init(
    _ files: [File], names: [String]?, fixedNames: [String]?, keypointShape: [Int]?, readsMasks: Bool, path: String,
    audit: inout DatasetAudit
  ) throws {
    let lines = files.flatMap(\.lines)
    let long = lines.map(\.numbers).filter { $0.count > 4 }
    let (kind, evidence) =
      long.isEmpty ? (.polygon, nil) : try YOLOLineKind.decide(long, shape: keypointShape, path: path)
    if let evidence { audit.addReading(evidence) }
    let list = try YOLOClassList(lines.map(\.className), names: names ?? fixedNames, path: path)
    if let evidence = list.evidence { audit.addReading(evidence) }
    for file in files {
      var objects: [DatasetSource.Object] = []
      for line in file.lines {
        let place = file.path ?? file.image
        let object = try audit.tolerating(image: file.image) { audit in
          let box = try YOLOLabels.box(line, kind: kind, path: place, audit: &audit)
          let index = try list.index(of: line.className, path: place, line: line.number)
          if names == nil, let fixedNames, index >= fixedNames.count {
            throw YOLOLabels.beyond(fixedNames, index: index, path: place, line: line.number)
          }
          let outline = readsMasks ? kind.outline(line.numbers) : nil
          return DatasetSource.Object(
            box: box, classIndex: index < list.names.count ? index : nil, line: line.number,
            mask: outline.map { .polygon($0) })
        }
        if let object { objects.append(object) }
      }
      images.append(
        DatasetSource.Image(path: file.image, labelPath: file.path, boxesAreFractions: true, objects: objects))
    }
    classes = list.names.enumerated().map { ObjectClass(id: $0.offset, name: $0.element) }
  }

  private static func box(
    _ line: YOLOLabelLine, kind: YOLOLineKind, path: String, audit: inout DatasetAudit
  ) throws -> BoundingBox {
    let numbers = line.numbers
    if numbers.count == 4 {
      return BoundingBox(centerX: numbers[0], centerY: numbers[1], width: numbers[2], height: numbers[3])
    }
    guard let box = kind.box(numbers) else {
      throw DatasetError(
        path: path, line: line.number,
        problem: "\(numbers.count + 1) fields; expected 'class centre-x centre-y width height', or \(kind.fields)")
    }
    audit.add(kind.finding, at: DatasetPlace(file: path, line: line.number))
    return box
  }

  private static func beyond(_ names: [String], index: Int, path: String, line: Int) -> DatasetError {
    DatasetError(
      path: path, line: line,
      problem: "class index \(index), but the list has \(names.count) classes; expected one of "
        + names.enumerated().map { "\($0.offset) → \($0.element)" }.joined(separator: ", ")
        + ". Ids with gaps, such as COCO's 1 to 90, are no indices")
  }
}
